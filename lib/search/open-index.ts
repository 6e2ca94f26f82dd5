import { checkInteger, invalid } from "../check.js";
import type { Collection } from "../collection/collection.js";
import type { RunOptions } from "../native.js";
import { RETRIEVAL_DEFAULTS, RetrievalIndex } from "../retrieval/retrieval-index.js";
import type { ThreadOptions } from "../threads.js";
import { GlobalIndex } from "./global-index.js";
import { imageGraph } from "./image-graph.js";
import type { ImageIndex } from "./image-index.js";
import { type CollectionSearchOptions, truncation } from "./options.js";
import { REGIONS } from "./query-pooling.js";
import { RegionIndex } from "./region-index.js";

/** Images from which on their graph is kept; that of fewer is built in a fraction of a second. */
const KEPT_FROM = 5000;

/**
 * Reads the descriptors of a method and builds what searching them needs.
 *
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` for a method whose descriptors the collection lacks.
 */
export async function openIndex(
  collection: Collection,
  { method, expand, k, kQuery, truncate, queries, threads }: CollectionSearchOptions & ThreadOptions,
  run: RunOptions = {},
): Promise<ImageIndex> {
  const methods = [REGIONS, ...collection.manifest.descriptors];
  if (!methods.includes(method)) {
    throw invalid("method", `one that ${collection.path} can be searched by, ${methods.join(", ")}`, method);
  }
  checkInteger("kQuery", kQuery, { min: 1 });
  if (truncate !== null) checkInteger("truncate", truncate, { min: 0 });
  const spread = (rows: number) => ({ kQuery, truncate: truncate ?? truncation(rows) });
  const build = { k, expand, queries, threads };
  if (method !== REGIONS) {
    const descriptors = await collection.descriptors(method, run);
    const graph =
      expand === "none" || descriptors.rows < KEPT_FROM
        ? undefined
        : await imageGraph(collection, method, descriptors, { k, beta: RETRIEVAL_DEFAULTS.gamma, threads }, run);
    return new GlobalIndex(await RetrievalIndex.build(descriptors, { ...build, graph }, run), spread(descriptors.rows));
  }
  const { vectors, owner } = await collection.regionModel(run);
  const graph = expand === "none" ? undefined : await collection.graph(run);
  // Regions are matched exactly, image by image; the neighbours that an expansion starts from are few.
  const index = await RetrievalIndex.build(vectors, { ...build, method: "exact", graph }, run);
  return new RegionIndex(index, { vectors, owner, images: collection.images.length }, spread(vectors.rows), threads);
}
