import { checkBoolean, checkInteger, checkNumber, checkOneOf, invalid, withDefaults } from "../check.js";
import { checkMatrix, type Matrix } from "../descriptors/matrix.js";
import { call, callAsync, type RunOptions } from "../native.js";
import { threadCount } from "../threads.js";

/**
 * How neighbours are found:
 *
 * - `exact` by all products;
 * - `quantised`, for vectors among themselves, by all products in a few bits a value, of which the best are compared
 *   exactly: misses one of a hundred at most, of real descriptors one of a thousand. For other queries it is as `auto`;
 * - `clustered` by products with the vectors of the nearest clusters: misses as many as `recall` allows;
 * - `hnsw` by a navigable small-world graph: misses a few, takes longer, and finds the same again only with one thread;
 * - `auto`: of vectors among themselves `quantised` from 65,536 on, or, where little recall is asked for, `clustered`; of
 *   other queries `clustered` where that is estimated to take less than half the time of `exact`; else `exact`.
 */
export type NeighbourMethod = "auto" | "exact" | "quantised" | "clustered" | "hnsw";

/** What {@link NeighbourMethod} can be. */
export const NEIGHBOUR_METHODS = [
  "auto",
  "exact",
  "quantised",
  "clustered",
  "hnsw",
] as const satisfies readonly NeighbourMethod[];

/** How neighbours of queries are found that are not the vectors themselves. */
export type LookUpMethod = Exclude<NeighbourMethod, "auto" | "quantised">;

/** Vectors from which on `auto` quantises them. Below, exact search of all takes less than a minute. */
const LEAST_QUANTISED = 65_536;
/** Recall below which clusters leave more out than quantising saves. */
const LEAST_RECALL = 0.9;

/** How nearest neighbours are found. */
export interface NeighbourOptions {
  /** How many neighbours each query gets, at least 1; cut to the number of vectors there are to find. */
  k: number;
  /** Whether the queries are the vectors, and none finds itself. */
  excludeSelf: boolean;
  method: NeighbourMethod;
  /**
   * Of `clustered`: share of the true neighbours to find, above 0, at most 1. So many clusters are looked into as reach
   * it on a sample of the vectors. Below 0.9 `auto` prefers them to `quantised`.
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
  const symmetric = queries.data === vectors.data && queries.rows === vectors.rows;
  const method = symmetric
    ? chosenMethod(o.method, { vectors: vectors.rows, k, recall })
    : lookUpMethod(o.method, { queries: queries.rows, vectors: vectors.rows, k });
  const { rows } = queries;
  const ids = new Int32Array(rows * k);
  const similarities = new Float32Array(rows * k);
  const searched = [queries.data, rows, vectors.data, vectors.rows, vectors.columns] as const;
  const task = [...searched, k, excludeSelf, threads, ids, similarities] as const;
  await callAsync(run, (native, control) => {
    if (method === "exact") return native.exactNeighbours(...task, control);
    if (method === "quantised") return native.quantisedNeighbours(...task, control);
    return native.approximateNeighbours(...task, method === "hnsw", recall, seed, control);
  });
  return { ids, similarities, rows, k, method };
}

/** What `auto` comes to for vectors among themselves; any other method is itself. */
export function chosenMethod(
  method: NeighbourMethod,
  work: { vectors: number; k: number; recall: number },
): Neighbours["method"] {
  const given = checkOneOf("method", method, NEIGHBOUR_METHODS);
  if (given !== "auto") return given;
  const { vectors, k, recall } = work;
  if (recall >= LEAST_RECALL) return vectors >= LEAST_QUANTISED && vectors >= 4 * k ? "quantised" : "exact";
  return call((native) => native.clusteredIsCheaper(vectors, vectors, k, true, false)) ? "clustered" : "exact";
}

/**
 * What `auto` and `quantised` come to for queries that are not the vectors, from how many are looked up among how many;
 * any other method is itself.
 *
 * @param work `oneByOne`: each query comes in a call of its own.
 */
export function lookUpMethod(
  method: NeighbourMethod,
  work: { queries: number; vectors: number; k: number; oneByOne?: boolean },
): LookUpMethod {
  const given = checkOneOf("method", method, NEIGHBOUR_METHODS);
  if (given !== "auto" && given !== "quantised") return given;
  const { queries, vectors, k, oneByOne = false } = work;
  return call((native) => native.clusteredIsCheaper(queries, vectors, k, false, oneByOne)) ? "clustered" : "exact";
}
