import { checkInteger, checkNumber, checkOneOf, invalid, withDefaults } from "../check.js";
import { checkMatrix, type Matrix } from "../descriptors/matrix.js";
import { callAsync, type NativeIndex, type RunOptions } from "../native.js";
import { type ThreadOptions, threadCount } from "../threads.js";
import { NEIGHBOUR_DEFAULTS, type NeighbourMethod, type NeighbourOptions, type Neighbours } from "./neighbours.js";

/** The methods that have an index. */
export type IndexMethod = Exclude<NeighbourMethod, "auto" | "exact" | "quantised">;

/**
 * An index over vectors, built once and searched many times: for looking up one image after another in a large
 * collection. Its memory, a byte a value and 8 a vector (`hnsw`: 350 a vector), goes when it is collected.
 */
export class NeighbourIndex {
  /** What it searches. Read in place: it must not change. */
  readonly vectors: Matrix;
  readonly method: IndexMethod;
  /** @internal */
  readonly native: NativeIndex;

  private constructor(vectors: Matrix, method: IndexMethod, native: NativeIndex) {
    this.vectors = vectors;
    this.method = method;
    this.native = native;
  }

  /**
   * @param options `k`: how many neighbours searches will ask for, which settles how widely they look. `method`,
   * `recall` and `seed` as {@link NeighbourOptions} has them.
   * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when there is no vector or a value is not finite; `ERR_ABORTED`.
   */
  static async build(
    vectors: Matrix,
    options: Partial<Pick<NeighbourOptions, "k" | "recall" | "seed"> & { method: IndexMethod }> & ThreadOptions = {},
    run: RunOptions = {},
  ): Promise<NeighbourIndex> {
    const { data, rows, columns } = checkMatrix(vectors, "vectors");
    if (rows < 1) throw invalid("vectors.rows", "at least 1", rows);
    const { k: neighbours, recall: share, seed: drawnBy } = NEIGHBOUR_DEFAULTS;
    const defaults = { k: neighbours, method: "clustered" as IndexMethod, recall: share, seed: drawnBy };
    const o = withDefaults("NeighbourIndex.build options", options, defaults, ["threads"]);
    const k = checkInteger("k", o.k, { min: 1 });
    const method = checkOneOf("method", o.method, ["clustered", "hnsw"]);
    const recall = checkNumber("recall", o.recall, { above: 0, max: 1 });
    const seed = checkInteger("seed", o.seed, { min: 0 });
    const threads = threadCount(options.threads);
    const native = await callAsync(run, (addon, control) =>
      addon.buildIndex(data, rows, columns, Math.min(k, rows), method === "hnsw", recall, seed, threads, control),
    );
    return new NeighbourIndex(vectors, method, native);
  }

  /**
   * The k nearest of the vectors to each of `queries` (q, d) by inner product: as `nearestNeighbours` finds them, but a
   * few of a hundred may be missing. A `k` above the one that the index was built for finds fewer of those beyond it.
   *
   * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when the columns differ, a value is not finite or `k` is below 1;
   *   `ERR_ABORTED`.
   */
  async search(queries: Matrix, options: { k: number } & ThreadOptions, run: RunOptions = {}): Promise<Neighbours> {
    const { data, rows, columns } = checkMatrix(queries, "queries");
    if (columns !== this.vectors.columns) {
      throw invalid("queries.columns", `${this.vectors.columns}, those of the vectors`, columns);
    }
    const k = Math.min(checkInteger("k", options.k, { min: 1 }), this.vectors.rows);
    const threads = threadCount(options.threads);
    const ids = new Int32Array(rows * k);
    const similarities = new Float32Array(rows * k);
    await callAsync(run, (addon, control) =>
      addon.searchIndex(this.native, data, rows, k, threads, ids, similarities, control),
    );
    return { ids, similarities, rows, k, method: this.method };
  }
}
