import { checkBoolean, checkInteger, checkOneOf, invalid, withDefaults } from "../check.js";
import { checkMatrix, type Matrix } from "../descriptors/matrix.js";
import { call, callAsync, type RunOptions } from "../native.js";
import { threadCount } from "../threads.js";

/**
 * How neighbours are found: `exact` by all products, `hnsw` by a navigable small-world graph, which misses a few but
 * grows about linearly with the number of vectors; `auto` takes whichever is estimated to take less time.
 */
export type NeighbourMethod = "auto" | "exact" | "hnsw";

/** How nearest neighbours are found. */
export interface NeighbourOptions {
  /** How many neighbours each query gets, at least 1; cut to the number of vectors there are to find. */
  k: number;
  /** Whether the queries are the vectors, and none finds itself. */
  excludeSelf: boolean;
  method: NeighbourMethod;
  /** Draws the levels of `hnsw`; with `threads: 1` equal seeds give equal neighbours. A whole number from 0. */
  seed: number;
}

/** Defaults of {@link NeighbourOptions}. */
export const NEIGHBOUR_DEFAULTS: Readonly<NeighbourOptions> = { k: 50, excludeSelf: false, method: "auto", seed: 0 };

/** For each of `rows` queries, `k` neighbours: descending similarity, equal ones by smaller id, row after row. */
export interface Neighbours {
  /** Rows of the vectors (rows * k). */
  readonly ids: Int32Array;
  /** Inner products (rows * k). */
  readonly similarities: Float32Array;
  readonly rows: number;
  /** The k asked for, or fewer where there are not as many vectors to find. */
  readonly k: number;
  readonly method: Exclude<NeighbourMethod, "auto">;
}

/**
 * The k nearest of `vectors` (n, d) to each of `queries` (q, d) by inner product (sections 3.6 and 3.8: of unit
 * vectors, so by cosine).
 *
 * Exact neighbours are exact: near ties are settled in float64, and neither ids nor similarities depend on threads or
 * processor. Passing the same matrix twice halves the work.
 *
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when the matrices' columns differ, a value is not finite, `k` is
 *   below 1 or there is no vector to find; `ERR_ABORTED`.
 */
export async function nearestNeighbours(
  queries: Matrix,
  vectors: Matrix,
  options?: Partial<NeighbourOptions> & { threads?: number | undefined },
  run: RunOptions = {},
): Promise<Neighbours> {
  checkMatrix(queries, "queries");
  checkMatrix(vectors, "vectors");
  if (queries.columns !== vectors.columns) {
    throw invalid("queries.columns", `${vectors.columns}, those of the vectors`, queries.columns);
  }
  const o = withDefaults("nearestNeighbours options", options, NEIGHBOUR_DEFAULTS, ["threads"]);
  const excludeSelf = checkBoolean("excludeSelf", o.excludeSelf);
  if (excludeSelf && queries.rows !== vectors.rows) {
    throw invalid("queries.rows", `${vectors.rows}, those of the vectors, when excludeSelf is true`, queries.rows);
  }
  const wanted = checkInteger("k", o.k, { min: 1 });
  const seed = checkInteger("seed", o.seed, { min: 0 });
  const threads = threadCount(options?.threads);
  const k = Math.min(wanted, Math.max(0, vectors.rows - Number(excludeSelf)));
  if (k === 0 && queries.rows > 0 && !excludeSelf) throw invalid("vectors.rows", "at least 1", vectors.rows);
  const method = resolveMethod(checkOneOf("method", o.method, ["auto", "exact", "hnsw"]), queries, vectors, k);
  const { rows } = queries;
  const ids = new Int32Array(rows * k);
  const similarities = new Float32Array(rows * k);
  const searched = [queries.data, rows, vectors.data, vectors.rows, vectors.columns] as const;
  const task = [...searched, k, excludeSelf, threads, ids, similarities] as const;
  await callAsync(run, (native, control) =>
    method === "exact" ? native.exactNeighbours(...task, control) : native.hnswNeighbours(...task, seed, control),
  );
  return { ids, similarities, rows, k, method };
}

function resolveMethod(method: NeighbourMethod, queries: Matrix, vectors: Matrix, k: number): Neighbours["method"] {
  if (method !== "auto") return method;
  const symmetric = queries.data === vectors.data;
  const cheaper = call((native) => native.hnswIsCheaper(queries.rows, vectors.rows, k, symmetric, false));
  return cheaper ? "hnsw" : "exact";
}
