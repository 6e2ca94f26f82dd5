import { invalid } from "../check.js";
import { checkMatrix, type Matrix } from "../descriptors/matrix.js";
import { callAsync, type RunOptions } from "../native.js";
import { threadCount } from "../threads.js";
import { type RegionSet, regionStarts } from "./region-set.js";

/** Images by the similarity of their regions to a query's. */
export interface CrossMatches {
  /** Similarity of each image; -Infinity for one without regions. */
  readonly scores: Float32Array;
  /** Row of `regions.vectors` by which each image matches best; -1 for an image without regions. */
  readonly best: Int32Array;
}

/**
 * Region cross-matching, R-Match (section 4.4; Razavian et al. 2016): for each region of the query the largest inner
 * product with a region of the image, summed over the query's regions. With one query vector, the similarity of the
 * image's best region: the search that finds small objects.
 *
 * Exact; costs query rows x regions x dimensions multiplications.
 *
 * @param query the query's regions (r, d), r at least 1.
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` for shapes that do not agree, owners out of order, NaN or infinity.
 */
export async function crossMatch(
  query: Matrix,
  regions: RegionSet,
  options: { threads?: number | undefined } & RunOptions = {},
): Promise<CrossMatches> {
  checkMatrix(query, "query");
  const starts = regionStarts(regions);
  const { data, rows, columns } = regions.vectors;
  if (query.columns !== columns) throw invalid("query.columns", `${columns}, as the regions'`, query.columns);
  if (query.rows === 0) throw invalid("query.rows", "at least 1", 0);
  const threads = threadCount(options.threads);
  const scores = new Float32Array(regions.images);
  const best = new Int32Array(regions.images);
  await callAsync(options, (native, control) =>
    native.crossMatch(query.data, query.rows, data, rows, columns, starts, threads, scores, best, control),
  );
  return { scores, best };
}
