import { checkBoolean, checkInteger, checkNumber, checkOneOf, invalid, withDefaults } from "../check.js";
import { checkMatrix, type Matrix } from "../descriptors/matrix.js";
import { call, callAsync, type RunOptions } from "../native.js";
import { threadCount } from "../threads.js";

/**
 * How neighbours are found: `exact` by all products; `clustered` by products with the vectors of the nearest clusters,
 * which misses a few; `hnsw` by a navigable small-world graph, which misses a few, takes longer, and finds the same again
 * only with one thread. `auto` takes clusters where that is estimated to take less than half the time of `exact`.
 */
export type NeighbourMethod = "auto" | "exact" | "clustered" | "hnsw";

/** What {@link NeighbourMethod} can be. */
export const NEIGHBOUR_METHODS = ["auto", "exact", "clustered", "hnsw"] as const satisfies readonly NeighbourMethod[];

/** How nearest neighbours are found. */
export interface NeighbourOptions {
  /** How many neighbours each query gets, at least 1; cut to the number of vectors there are to find. */
  k: number;
  /** Whether the queries are the vectors, and none finds itself. */
  excludeSelf: boolean;
  method: NeighbourMethod;
  /**
   * Of `clustered`: share of the true neighbours to find, above 0, at most 1. So many clusters are looked into as reach
   * it on a sample of the vectors.
   */
  recall: number;
  /** Draws the clusters, or the levels of `hnsw`; equal seeds give equal neighbours. A whole number from 0. */
  seed: number;
}

/** Defaults of {@link NeighbourOptions}. */
export const NEIGHBOUR_DEFAULTS: Readonly<NeighbourOptions> = {
  k: 50,
  excludeSelf: false,
  method: "auto",
  recall: 0.985,
  seed: 0,
};

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
  const recall = checkNumber("recall", o.recall, { above: 0, max: 1 });
  const seed = checkInteger("seed", o.seed, { min: 0 });
  const threads = threadCount(options?.threads);
  const k = Math.min(wanted, Math.max(0, vectors.rows - Number(excludeSelf)));
  if (k === 0 && queries.rows > 0 && !excludeSelf) throw invalid("vectors.rows", "at least 1", vectors.rows);
  const symmetric = queries.data === vectors.data;
  const method = chosenMethod(o.method, { queries: queries.rows, vectors: vectors.rows, k, symmetric });
  const { rows } = queries;
  const ids = new Int32Array(rows * k);
  const similarities = new Float32Array(rows * k);
  const searched = [queries.data, rows, vectors.data, vectors.rows, vectors.columns] as const;
  const task = [...searched, k, excludeSelf, threads, ids, similarities] as const;
  await callAsync(run, (native, control) =>
    method === "exact"
      ? native.exactNeighbours(...task, control)
      : native.approximateNeighbours(...task, method === "hnsw", recall, seed, control),
  );
  return { ids, similarities, rows, k, method };
}

/**
 * What `auto` comes to, from how many vectors are looked up among how many; any other method is itself.
 *
 * @param work `symmetric`: the queries are the vectors. `oneByOne`: each query comes in a call of its own.
 */
export function chosenMethod(
  method: NeighbourMethod,
  work: { queries: number; vectors: number; k: number; symmetric?: boolean; oneByOne?: boolean },
): Neighbours["method"] {
  if (checkOneOf("method", method, NEIGHBOUR_METHODS) !== "auto") return method as Neighbours["method"];
  const { queries, vectors, k, symmetric = false, oneByOne = false } = work;
  return call((native) => native.clusteredIsCheaper(queries, vectors, k, symmetric, oneByOne)) ? "clustered" : "exact";
}
