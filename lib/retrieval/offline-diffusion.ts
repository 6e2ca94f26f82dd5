import { checkArray, checkInteger, checkNumber, invalid, withDefaults } from "../check.js";
import type { Matrix } from "../descriptors/matrix.js";
import { nearestNeighbours } from "../graph/neighbours.js";
import { type RegionGraph, SOLVE_DEFAULTS } from "../graph/region-graph.js";
import { callAsync, type RunOptions } from "../native.js";
import { threadCount } from "../threads.js";

/** Options of {@link OfflineDiffusion}. */
export interface OfflineOptions {
  /** Nearest vectors over which each vector's diffusion is solved. More is nearer to whole diffusion, and slower. */
  reach: number;
  /** Largest values kept of each: 8 bytes a value and vector. */
  keep: number;
  /** How far a value spreads, from 0 to below 1. */
  alpha: number;
  /** Iterations of conjugate gradients at most; 1e-6 is the residual at which they stop before. */
  maxIterations: number;
}

/** Defaults of {@link OfflineOptions}. */
export const OFFLINE_DEFAULTS: Readonly<OfflineOptions> = {
  reach: 300,
  keep: 100,
  alpha: SOLVE_DEFAULTS.alpha,
  maxIterations: 20,
};

/** Vectors whose neighbours are held at a time. */
const BLOCK = 4096;

/**
 * Query expansion by diffusion solved ahead of the queries (Yang et al., AAAI 2019): of each vector v its column of the
 * inverse of L, cut to the vectors near v and of these to the largest values. Since L f = y is linear, a query is then
 * the sum of its neighbours' columns: no solve is left.
 */
export class OfflineDiffusion {
  readonly size: number;
  readonly #ids: Int32Array;
  readonly #values: Float32Array;
  readonly #keep: number;

  private constructor(size: number, ids: Int32Array, values: Float32Array, keep: number) {
    this.size = size;
    this.#ids = ids;
    this.#values = values;
    this.#keep = keep;
  }

  /**
   * @param vectors (n, d), those the graph was built of.
   * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT`, `ERR_ABORTED`.
   */
  static async build(
    vectors: Matrix,
    graph: RegionGraph,
    options?: Partial<OfflineOptions> & { threads?: number | undefined },
    { signal, onProgress }: RunOptions = {},
  ): Promise<OfflineDiffusion> {
    const o = withDefaults("OfflineDiffusion.build options", options, OFFLINE_DEFAULTS, ["threads"]);
    const n = graph.size;
    if (vectors.rows !== n) throw invalid("vectors.rows", `${n}, the vertices of the graph`, vectors.rows);
    const reach = Math.min(n, checkInteger("reach", o.reach, { min: 1 }));
    const keep = Math.min(reach + 1, checkInteger("keep", o.keep, { min: 1 }));
    const alpha = checkNumber("alpha", o.alpha, { min: 0, below: 1 });
    const maxIterations = checkInteger("maxIterations", o.maxIterations, { min: 1 });
    const threads = threadCount(options?.threads);
    const { indptr, indices, data } = graph.normalised();
    const ids = new Int32Array(n * keep);
    const values = new Float32Array(n * keep);
    for (let first = 0; first < n; first += BLOCK) {
      const count = Math.min(BLOCK, n - first);
      const rows = vectors.data.subarray(first * vectors.columns, (first + count) * vectors.columns);
      const block = { data: rows, rows: count, columns: vectors.columns };
      const near = await nearestNeighbours(block, vectors, { k: reach, method: "exact", threads }, { signal });
      const vertices = Int32Array.from({ length: count }, (_, i) => first + i);
      const kept = [first * keep, (first + count) * keep] as const;
      await callAsync(
        { signal, onProgress: onProgress && ((share) => onProgress((first + share * count) / n)) },
        (native, control) =>
          native.offlineDiffusion(
            indptr,
            indices,
            data,
            vertices,
            near.ids,
            reach,
            alpha,
            SOLVE_DEFAULTS.tolerance,
            maxIterations,
            threads,
            ids.subarray(...kept),
            values.subarray(...kept),
            keep,
            control,
          ),
      );
    }
    return new OfflineDiffusion(n, ids, values, keep);
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#ids.byteLength + this.#values.byteLength;
  }

  /** f (n) of y (n): costs `keep` additions for each vector where y is not 0. */
  diffuse(y: Float32Array): Float32Array {
    checkArray("y", y, Float32Array, this.size);
    const f = new Float64Array(this.size);
    for (let v = 0; v < y.length; v++) {
      const weight = y[v] as number;
      if (weight === 0) continue;
      for (let j = v * this.#keep; j < (v + 1) * this.#keep; j++) {
        const id = this.#ids[j] as number;
        f[id] = (f[id] as number) + weight * (this.#values[j] as number);
      }
    }
    return new Float32Array(f);
  }
}
