import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Collection, Relevance } from "../../lib/index.js";

/** A labelled photo that asks for the others of its class. */
export interface CartonQuery {
  /** Its place in the collection. */
  id: number;
  relevance: Relevance;
}

/** Photos of cartons in a collection of the groceries, leave-one-out; every `nth` of them. */
export async function cartonQueries(collection: Collection, data: string, nth = 1): Promise<CartonQuery[]> {
  const lines = (await readFile(join(data, "groceries/images.csv"), "utf8")).split(/\r?\n/);
  const cells = lines.filter((line) => line.includes("/Packages/")).map((line) => line.split(","));
  const labels = new Map(cells.map(([path, label]) => [path, label]));
  const labelled = collection.images.map(({ path }) => labels.get(path));
  const ids = [...labelled.keys()].filter((id) => labelled[id] !== undefined);
  return ids
    .filter((_, i) => i % nth === 0)
    .map((id) => ({ id, relevance: { positive: ids.filter((i) => i !== id && labelled[i] === labelled[id]) } }));
}
