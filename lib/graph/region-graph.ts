import { checkArray, checkInteger, checkNumber, checkObject, invalid, withDefaults } from "../check.js";
import type { Matrix } from "../descriptors/matrix.js";
import { throwIfAborted } from "../errors.js";
import { callAsync, type NativeGraph, type RunOptions } from "../native.js";
import { threadCount } from "../threads.js";
import { NEIGHBOUR_DEFAULTS, type NeighbourOptions, nearestNeighbours } from "./neighbours.js";
import { checkSparseMatrix, type SparseMatrix } from "./sparse-matrix.js";

/** How the mutual k-NN graph is built (section 3.6). */
export interface GraphOptions extends Pick<NeighbourOptions, "k" | "method" | "recall" | "seed"> {
  /** Power to which similarities are raised; at least 0. The higher, the less the weaker edges count. */
  beta: number;
}

/** Defaults of {@link GraphOptions}. */
export const GRAPH_DEFAULTS: Readonly<GraphOptions> = {
  k: NEIGHBOUR_DEFAULTS.k,
  method: NEIGHBOUR_DEFAULTS.method,
  recall: NEIGHBOUR_DEFAULTS.recall,
  seed: NEIGHBOUR_DEFAULTS.seed,
  beta: 3,
};

/** What is known of regions besides their vectors: n values each. */
export interface ImageRegions {
  /** The image of each region. */
  owner: Int32Array;
  /** f of each region (eq. 9), not negative. */
  saliency: Float32Array;
  /** How alike each region's halves are (`selfSimilarity`), which tells textures from things. */
  selfSimilarity?: Float32Array | undefined;
}

/** Defaults of {@link RegionGraph.acrossImages}. */
export const CROSS_IMAGE_DEFAULTS: Readonly<{ theta: number }> = { theta: 3 };

/** How the linear system of centrality and diffusion is solved (section 3.7, eq. 13). */
export interface SolveOptions {
  /** How far a value spreads over the graph, from 0 (not at all) to below 1. */
  alpha: number;
  /** Relative residual at which to stop, at least 0. */
  tolerance: number;
  /** Iterations after which to stop in any case. */
  maxIterations: number;
}

/** Defaults of {@link SolveOptions}. */
export const SOLVE_DEFAULTS: Readonly<SolveOptions> = { alpha: 0.99, tolerance: 1e-6, maxIterations: 1000 };

/** The outcome of solving L f = y on a graph. */
export interface GraphSolution {
  /** f, a value a vertex. */
  readonly values: Float32Array;
  /** Iterations of conjugate gradients that it took. */
  readonly iterations: number;
  /** |y - L f| / |y| as reached: above the tolerance where `maxIterations` came first. */
  readonly residual: number;
}

type Threads = { threads?: number | undefined };

/**
 * The mutual k-nearest-neighbour graph of a set of vectors (section 3.6), and what is solved on it: Katz centrality
 * (section 3.7) and diffusion (Iscen et al. 2017).
 *
 * Two vectors are joined when each is among the k nearest of the other, with weight max(v . u, 0)^beta; weights of 0
 * are not stored. A vertex that no other vector agrees with is isolated.
 */
export class RegionGraph {
  /** W (n, n), symmetric, without diagonal. */
  readonly adjacency: SparseMatrix;
  readonly #normalised: Float32Array;
  #packed: Promise<NativeGraph> | undefined;

  private constructor(adjacency: SparseMatrix, normalised: Float32Array) {
    this.adjacency = adjacency;
    this.#normalised = normalised;
  }

  /**
   * The graph of vectors (n, d), normally of unit length; equal ones are fine. `k` is cut to n - 1.
   *
   * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when a value is not finite or an option out of range;
   *   `ERR_ABORTED`.
   */
  static async build(
    vectors: Matrix,
    options?: Partial<GraphOptions> & Threads,
    run: RunOptions = {},
  ): Promise<RegionGraph> {
    const o = withDefaults("RegionGraph.build options", options, GRAPH_DEFAULTS, ["threads"]);
    const { k, method, recall, seed, beta } = o;
    checkNumber("beta", beta, { min: 0 });
    const threads = threadCount(options?.threads);
    const found = await nearestNeighbours(
      vectors,
      vectors,
      { k, method, recall, seed, excludeSelf: true, threads },
      run,
    );

    // What follows takes a hundredth of the time of the search, which has reported it all.
    const rest = { signal: run.signal };
    const { rows } = found;
    const lists = [found.ids, found.similarities, rows, found.k, beta, threads] as const;
    const indptr = new Int32Array(rows + 1);
    await callAsync(rest, (native, control) => native.mutualRows(...lists, indptr, control));
    const stored = indptr[rows] ?? 0;
    const indices = new Int32Array(stored);
    const data = new Float32Array(stored);
    await callAsync(rest, (native, control) => native.mutualEdges(...lists, indptr, indices, data, control));
    return RegionGraph.#of({ indptr, indices, data, rows, columns: rows }, threads, rest);
  }

  /**
   * A graph from its stored adjacency, such as a collection keeps. The arrays are used as they are, and must not change.
   *
   * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when it is not a symmetric matrix with ascending columns, no
   *   diagonal and finite weights above 0; `ERR_ABORTED`.
   */
  static async fromAdjacency(adjacency: SparseMatrix, options?: Threads, run: RunOptions = {}): Promise<RegionGraph> {
    const { indptr, indices, data, rows, columns } = checkSparseMatrix(adjacency, "adjacency");
    if (columns !== rows) throw invalid("adjacency.columns", `${rows}, as there are rows`, columns);
    withDefaults("RegionGraph.fromAdjacency options", options, {}, ["threads"]);
    const threads = threadCount(options?.threads);
    await callAsync(run, (native, control) => native.checkGraph(indptr, indices, data, threads, control));
    return RegionGraph.#of(adjacency, threads, { signal: run.signal });
  }

  static async #of(adjacency: SparseMatrix, threads: number, run: RunOptions): Promise<RegionGraph> {
    const { indptr, indices, data } = adjacency;
    const normalised = new Float32Array(data.length);
    await callAsync(run, (native, control) =>
      native.normaliseGraph(indptr, indices, data, threads, normalised, control),
    );
    return new RegionGraph(adjacency, normalised);
  }

  /**
   * The graph of what recurs from image to image: of this one's edges those of which each end is, among the regions of
   * its image, the one nearest to the other end, weighted by (t_i t_j)^(theta / 2), t = f (1 - s): f relative to the
   * image's most salient region, as eq. 14 trusts regions, s how alike a region's halves are, from 0 on. The paper takes
   * the graph as it is; there, what resembles itself (a floor, a hedge) is as central as what many images show.
   *
   * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when an array is not of n values, a value not finite or negative,
   *   or theta is below 0; `ERR_ABORTED`.
   */
  async acrossImages(
    regions: ImageRegions,
    options?: { theta?: number } & Threads,
    run: RunOptions = {},
  ): Promise<RegionGraph> {
    const { indptr, indices, data } = this.adjacency;
    checkObject("regions", regions);
    const owner = checkArray("regions.owner", regions.owner, Int32Array, this.size);
    const saliency = checkArray("regions.saliency", regions.saliency, Float32Array, this.size);
    const { selfSimilarity } = regions;
    if (selfSimilarity !== undefined) {
      checkArray("regions.selfSimilarity", selfSimilarity, Float32Array, this.size);
    }
    const o = withDefaults("acrossImages options", options, CROSS_IMAGE_DEFAULTS, ["threads"]);
    const theta = checkNumber("theta", o.theta, { min: 0 });
    const threads = threadCount(options?.threads);
    const room = {
      indptr: new Int32Array(this.size + 1),
      indices: new Int32Array(data.length),
      data: new Float32Array(data.length),
    };
    await callAsync(run, (native, control) =>
      native.crossImageEdges(
        indptr,
        indices,
        data,
        owner,
        saliency,
        selfSimilarity,
        theta,
        threads,
        room.indptr,
        room.indices,
        room.data,
        control,
      ),
    );
    const kept = room.indptr[this.size] ?? 0;
    const edges = { indptr: room.indptr, indices: room.indices.subarray(0, kept), data: room.data.subarray(0, kept) };
    return RegionGraph.#of({ ...edges, rows: this.size, columns: this.size }, threads, { signal: run.signal });
  }

  /** Number of vertices n. */
  get size(): number {
    return this.adjacency.rows;
  }

  /** D^(-1/2) W D^(-1/2) (eq. 11), D the sums of W's rows; it shares its structure with the adjacency. */
  normalised(): SparseMatrix {
    return { ...this.adjacency, data: this.#normalised };
  }

  /**
   * Katz centrality g (n): L g = 1 (eq. 13). An isolated vertex has 1 - alpha, the more central ones more.
   *
   * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when an option is out of range; `ERR_ABORTED`.
   */
  async centrality(options?: Partial<SolveOptions> & Threads, run: RunOptions = {}): Promise<Float32Array> {
    return (await this.solveCentrality(options, run)).values;
  }

  /**
   * {@link RegionGraph.centrality}, and how far it came: the residual is relative to the vector of ones. Quicker than
   * solving for ones: it begins at the square roots of the degrees, which are nearly the solution.
   *
   * @throws {LeitmotifError} as {@link RegionGraph.centrality}.
   */
  async solveCentrality(options?: Partial<SolveOptions> & Threads, run: RunOptions = {}): Promise<GraphSolution> {
    const values = new Float32Array(this.size);
    const solve = solveArguments(options);
    const packed = await this.#pack(solve[3], run);
    const outcome = await callAsync(run, (native, control) => native.katzCentrality(packed, ...solve, values, control));
    return { values, ...outcome };
  }

  /**
   * Diffusion f (n) of y (n) over the graph: L f = y, y the similarities of a query to its nearest vectors and 0
   * elsewhere.
   *
   * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when y is not n finite values or an option out of range;
   *   `ERR_ABORTED`.
   */
  async diffuse(
    y: Float32Array,
    options?: Partial<SolveOptions> & Threads,
    run: RunOptions = {},
  ): Promise<Float32Array> {
    return (await this.solve(y, options, run)).values;
  }

  /**
   * Solves L f = y by conjugate gradients, L = (I - alpha D^(-1/2) W D^(-1/2)) / (1 - alpha) (eq. 12), and says how far
   * it came. The result does not depend on threads.
   *
   * @throws {LeitmotifError} as {@link RegionGraph.diffuse}.
   */
  async solve(
    y: Float32Array,
    options?: Partial<SolveOptions> & Threads,
    run: RunOptions = {},
  ): Promise<GraphSolution> {
    checkArray("y", y, Float32Array, this.size);
    const values = new Float32Array(this.size);
    const [alpha, ...rest] = solveArguments(options);
    const packed = await this.#pack(rest[2], run);
    const outcome = await callAsync(run, (native, control) =>
      native.solveLaplacian(packed, alpha, y, ...rest, values, control),
    );
    return { values, ...outcome };
  }

  /**
   * The weights as solves take them: checked and laid out once, by the first solve, which is not asked to stop
   * meanwhile, since others may wait for it. About as long as ten iterations.
   */
  async #pack(threads: number, { signal }: RunOptions): Promise<NativeGraph> {
    throwIfAborted(signal);
    const { indptr, indices, data } = this.adjacency;
    this.#packed ??= callAsync({}, (native, control) =>
      native.packGraph(indptr, indices, data, this.#normalised, threads, control),
    ).catch((error: unknown) => {
      this.#packed = undefined;
      throw error;
    });
    return this.#packed;
  }
}

/** Options of a solve, checked, in the order in which the addon takes them. */
function solveArguments(options: (Partial<SolveOptions> & Threads) | undefined) {
  const o = withDefaults("solve options", options, SOLVE_DEFAULTS, ["threads"]);
  const alpha = checkNumber("alpha", o.alpha, { min: 0, below: 1 });
  const tolerance = checkNumber("tolerance", o.tolerance, { min: 0 });
  const maxIterations = checkInteger("maxIterations", o.maxIterations, { min: 0 });
  return [alpha, tolerance, maxIterations, threadCount(options?.threads)] as const;
}
