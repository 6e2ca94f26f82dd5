import { join } from "node:path";
import type { Collection, Relevance } from "../../lib/index.js";
import { cartonPhotos } from "./groceries.js";

/** A labelled photo that asks for the others of its class. */
export interface CartonQuery {
  /** Its place in the collection. */
  id: number;
  relevance: Relevance;
}

/** Photos of cartons in a collection of the groceries, leave-one-out; every `nth` of them. */
export function cartonQueries(collection: Collection, data: string, nth = 1): CartonQuery[] {
  const labels = new Map(cartonPhotos(join(data, "groceries")));
  const labelled = collection.images.map(({ path }) => labels.get(path));
  const ids = [...labelled.keys()].filter((id) => labelled[id] !== undefined);
  return ids
    .filter((_, i) => i % nth === 0)
    .map((id) => ({ id, relevance: { positive: ids.filter((i) => i !== id && labelled[i] === labelled[id]) } }));
}
