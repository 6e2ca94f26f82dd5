/**
 * Types the native addon. The only file that knows the addon's raw signatures; every function here checks
 * sizes and aliasing again on the native side, so a wrong call is an error and never a crash.
 */
import { abortError, type ErrorCode, LeitmotifError, messageOf, throwIfAborted } from "./errors.js";
import { loadAddon } from "./load-addon.js";
import { PACKAGE_ROOT } from "./package-root.js";

/** Two words that a running call shares with this thread: [0] non-zero asks it to stop, [1] its progress in 1/10000. */
type ControlWords = Int32Array;

/** A function that runs at once, or off the event loop when it is given control words. */
interface MaybeAsync<Arguments extends unknown[], Result = void> {
  (...args: Arguments): Result;
  (...args: [...Arguments, control: ControlWords]): Promise<Result>;
}

type NativeActivationMap = [data: Float32Array, height: number, width: number, channels: number];

type NativeWhitening = [mean: Float32Array, projection: Float32Array, channels: number, dimensions: number];

type NativeEgmOptions = readonly [
  rho: number,
  tau: number,
  sigma: number,
  subtractMinimum: boolean,
  weighSamples: boolean,
  purgeThreshold: number,
  purgeMixing: boolean,
  maxIterations: number,
  tolerance: number,
  expand: number,
];

type NeighbourArguments = [
  queries: Float32Array,
  queryRows: number,
  vectors: Float32Array,
  vectorRows: number,
  columns: number,
  k: number,
  excludeSelf: boolean,
  threads: number,
  ids: Int32Array,
  similarities: Float32Array,
];

/** An index that the addon keeps, and the vectors with it, until it is collected. */
export type NativeIndex = { readonly __index: never };

/** A graph that the addon keeps as solves take it, until it is collected. */
export type NativeGraph = { readonly __graph: never };

export interface Native {
  simdLevel(): "scalar" | "neon" | "avx2" | "avx512" | "vnni";
  packPixels(
    pixels: Uint8Array,
    height: number,
    width: number,
    values: Float32Array,
    bgr: boolean,
    channelsFirst: boolean,
    outHeight: number,
    outWidth: number,
    out: Float32Array,
  ): void;
  renderView(
    pixels: Uint8Array,
    height: number,
    width: number,
    ...rest: [
      xx: number,
      xy: number,
      x0: number,
      yx: number,
      yy: number,
      y0: number,
      gamma: number,
      red: number,
      green: number,
      blue: number,
      saturation: number,
      outHeight: number,
      outWidth: number,
      out: Uint8Array,
      control: ControlWords,
    ]
  ): Promise<void>;
  toActivationMap(
    data: Float32Array,
    height: number,
    width: number,
    channels: number,
    channelsFirst: boolean,
    relu: boolean,
    rows: number,
    columns: number,
    out: Float32Array,
  ): void;
  packMap(
    ...args: [...map: NativeActivationMap, mask: Uint8Array, values: Float32Array, control: ControlWords]
  ): Promise<number>;
  unpackMap(
    mask: Uint8Array,
    values: Float32Array,
    positions: number,
    channels: number,
    out: Float32Array,
    control: ControlWords,
  ): Promise<void>;
  featureSaliency: MaybeAsync<
    [maps: Float32Array[], shapes: Int32Array, epsilon: number, outs: Float32Array[], threads: number]
  >;
  channelWeights(
    data: Float32Array,
    height: number,
    width: number,
    channels: number,
    epsilon: number,
    out: Float32Array,
  ): void;
  detectRegions: MaybeAsync<
    [maps: Float32Array[], shapes: Int32Array, ...options: NativeEgmOptions, threads: number],
    Float64Array[]
  >;
  traceRegions(
    data: Float32Array,
    height: number,
    width: number,
    ...options: NativeEgmOptions
  ): {
    steps: { pi: Float64Array; mu: Float64Array; variance: Float64Array }[];
    history: Int32Array;
    converged: boolean;
    regions: Float64Array;
  };
  poolRegions: MaybeAsync<
    [
      maps: Float32Array[],
      shapes: Int32Array,
      rectangles: Int32Array,
      counts: Int32Array,
      out: Float32Array,
      threads: number,
    ]
  >;
  regionSaliency(data: Float32Array, height: number, width: number, rectangles: Int32Array, out: Float32Array): void;
  aggregate(
    ...args: [...map: NativeActivationMap, rectangles: Int32Array, weights: Float32Array, out: Float32Array]
  ): void;
  spoc(...args: [...map: NativeActivationMap, out: Float32Array]): void;
  crow(...args: [...map: NativeActivationMap, out: Float32Array]): void;
  gem(...args: [...map: NativeActivationMap, p: number, out: Float32Array]): void;
  weightedMac(...args: [...map: NativeActivationMap, saliency: Float32Array, gamma: number, out: Float32Array]): void;
  slidingMaximum(...args: [...map: NativeActivationMap, side: number, out: Float32Array]): void;
  fitWhitening(
    vectors: Float32Array,
    rows: number,
    columns: number,
    shrinkage: number,
    threads: number,
    mean: Float32Array,
    projection: Float32Array,
    control: ControlWords,
  ): Promise<void>;
  fitWhiteningSupervised(
    vectors: Float32Array,
    rows: number,
    columns: number,
    matching: Float32Array,
    matchingRows: number,
    pairs: Int32Array,
    shrinkage: number,
    threads: number,
    mean: Float32Array,
    projection: Float32Array,
    control: ControlWords,
  ): Promise<void>;
  applyWhitening: MaybeAsync<
    [
      vectors: Float32Array,
      rows: number,
      columns: number,
      mean: Float32Array,
      projection: Float32Array,
      dimensions: number,
      threads: number,
      out: Float32Array,
    ]
  >;
  crossMatch(
    query: Float32Array,
    queryRows: number,
    vectors: Float32Array,
    rows: number,
    columns: number,
    starts: Int32Array,
    threads: number,
    scores: Float32Array,
    best: Int32Array,
    control: ControlWords,
  ): Promise<void>;
  generalisedMaxPooling(
    vectors: Float32Array,
    rows: number,
    columns: number,
    starts: Int32Array,
    lambda: number,
    threads: number,
    weights: Float32Array,
    control: ControlWords,
  ): Promise<void>;
  reducedStarts(
    vectors: Float32Array,
    rows: number,
    columns: number,
    starts: Int32Array,
    count: number,
    out: Int32Array,
  ): void;
  reduceRegions(
    vectors: Float32Array,
    rows: number,
    columns: number,
    starts: Int32Array,
    reducedStarts: Int32Array,
    iterations: number,
    threads: number,
    out: Float32Array,
    control: ControlWords,
  ): Promise<void>;
  meanDirection(
    vectors: Float32Array,
    rows: number,
    columns: number,
    threads: number,
    mean: Float32Array,
    control: ControlWords,
  ): Promise<void>;
  objectSaliency(
    maps: Float32Array[],
    shapes: Int32Array,
    saliencies: Float32Array[],
    excluded: Int32Array,
    ...rest: [
      ...whitening: NativeWhitening,
      vectors: Float32Array,
      rows: number,
      saliency: Float32Array,
      centrality: Float32Array,
      owner: Int32Array | undefined,
      side: number,
      k: number,
      beta: number,
      Theta: number,
      theta: number,
      outs: Float32Array[],
      threads: number,
      index: NativeIndex | undefined,
      control: ControlWords,
    ]
  ): Promise<void>;
  patchDescriptors(
    ...args: [
      ...map: NativeActivationMap,
      side: number,
      positions: Int32Array,
      ...whitening: NativeWhitening,
      out: Float32Array,
    ]
  ): void;
  windowNominees(k: number): number;
  searchWindows(
    index: NativeIndex,
    owner: Int32Array | undefined,
    descriptors: Float32Array,
    positions: Int32Array,
    width: number,
    excluded: number,
    side: number,
    k: number,
    threads: number,
    ids: Int32Array,
    similarities: Float32Array,
    control: ControlWords,
  ): Promise<void>;
  chanceSimilarity(
    vectors: Float32Array,
    rows: number,
    columns: number,
    owner: Int32Array,
    falseEdges: number,
    samples: number,
    seed: number,
    control: ControlWords,
  ): Promise<{ dimensions: number; threshold: number }>;
  groupRegions(
    indptr: Int32Array,
    indices: Int32Array,
    data: Float32Array,
    owner: Int32Array,
    centrality: Float32Array,
    saliency: Float32Array | undefined,
    selfSimilarity: Float32Array | undefined,
    beta: number,
    leastSimilarity: number,
    margin: number,
    theta: number,
    resolution: number,
    minPhotos: number,
    minScore: number,
    maxIterations: number,
    seed: number,
    control: ControlWords,
  ): Promise<{ members: Int32Array; starts: Int32Array; photos: Int32Array; score: Float64Array }>;
  exactNeighbours(...args: [...NeighbourArguments, control: ControlWords]): Promise<void>;
  approximateNeighbours(
    ...args: [...NeighbourArguments, hnsw: boolean, recall: number, seed: number, control: ControlWords]
  ): Promise<void>;
  quantisedNeighbours(...args: [...NeighbourArguments, control: ControlWords]): Promise<void>;
  buildIndex(
    vectors: Float32Array,
    rows: number,
    columns: number,
    k: number,
    hnsw: boolean,
    recall: number,
    seed: number,
    threads: number,
    control: ControlWords,
  ): Promise<NativeIndex>;
  searchIndex(
    index: NativeIndex,
    queries: Float32Array,
    rows: number,
    k: number,
    threads: number,
    ids: Int32Array,
    similarities: Float32Array,
    control: ControlWords,
  ): Promise<void>;
  clusteredIsCheaper(queries: number, vectors: number, k: number, symmetric: boolean, oneByOne: boolean): boolean;
  rank(scores: Float32Array, exclude: Int32Array, ids: Int32Array, control: ControlWords): Promise<number>;
  mutualRows(
    ids: Int32Array,
    similarities: Float32Array,
    rows: number,
    k: number,
    beta: number,
    threads: number,
    indptr: Int32Array,
    control: ControlWords,
  ): Promise<void>;
  mutualEdges(
    ids: Int32Array,
    similarities: Float32Array,
    rows: number,
    k: number,
    beta: number,
    threads: number,
    indptr: Int32Array,
    indices: Int32Array,
    data: Float32Array,
    control: ControlWords,
  ): Promise<void>;
  crossImageEdges(
    indptr: Int32Array,
    indices: Int32Array,
    data: Float32Array,
    owner: Int32Array,
    saliency: Float32Array,
    selfSimilarity: Float32Array | undefined,
    theta: number,
    threads: number,
    indptrOut: Int32Array,
    indicesOut: Int32Array,
    dataOut: Float32Array,
    control: ControlWords,
  ): Promise<void>;
  checkGraph(
    indptr: Int32Array,
    indices: Int32Array,
    data: Float32Array,
    threads: number,
    control: ControlWords,
  ): Promise<void>;
  normaliseGraph(
    indptr: Int32Array,
    indices: Int32Array,
    data: Float32Array,
    threads: number,
    out: Float32Array,
    control: ControlWords,
  ): Promise<void>;
  packGraph(
    indptr: Int32Array,
    indices: Int32Array,
    data: Float32Array,
    normalised: Float32Array,
    threads: number,
    control: ControlWords,
  ): Promise<NativeGraph>;
  solveLaplacian(
    packed: NativeGraph,
    alpha: number,
    y: Float32Array,
    tolerance: number,
    maxIterations: number,
    threads: number,
    out: Float32Array,
    control: ControlWords,
  ): Promise<{ iterations: number; residual: number }>;
  katzCentrality(
    packed: NativeGraph,
    alpha: number,
    tolerance: number,
    maxIterations: number,
    threads: number,
    out: Float32Array,
    control: ControlWords,
  ): Promise<{ iterations: number; residual: number }>;
  solveTruncated(
    indptr: Int32Array,
    indices: Int32Array,
    data: Float32Array,
    ids: Int32Array,
    alpha: number,
    y: Float32Array,
    tolerance: number,
    maxIterations: number,
    threads: number,
    out: Float32Array,
    control: ControlWords,
  ): Promise<void>;
  strongestPaths(
    indptr: Int32Array,
    indices: Int32Array,
    data: Float32Array,
    alpha: number,
    y: Float32Array,
    targets: Int32Array,
    before: Int32Array,
    control: ControlWords,
  ): Promise<void>;
  offlineDiffusion(
    indptr: Int32Array,
    indices: Int32Array,
    data: Float32Array,
    vertices: Int32Array,
    balls: Int32Array,
    reach: number,
    alpha: number,
    tolerance: number,
    maxIterations: number,
    threads: number,
    ids: Int32Array,
    values: Float32Array,
    keep: number,
    control: ControlWords,
  ): Promise<void>;
}

const addon = loadAddon(PACKAGE_ROOT) as Native;

const CODES: ReadonlySet<string> = new Set<ErrorCode>([
  "ERR_INVALID_ARGUMENT",
  "ERR_ABORTED",
  "ERR_OUT_OF_MEMORY",
  "ERR_INTERNAL",
]);

function translate(error: unknown): LeitmotifError {
  const code = (error as { code?: string }).code ?? "";
  return new LeitmotifError(CODES.has(code) ? (code as ErrorCode) : "ERR_INTERNAL", messageOf(error), { cause: error });
}

/** Calls the addon at once; its errors become {@link LeitmotifError}s with the stack of the caller. */
export function call<T>(body: (native: Native) => T): T {
  try {
    return body(addon);
  } catch (error) {
    throw translate(error);
  }
}

/** What every long operation takes. */
export interface RunOptions {
  /** Stops the operation: its promise rejects with `ERR_ABORTED`, normally within some milliseconds. */
  signal?: AbortSignal | undefined;
  /** Called now and then with the fraction done, 0..1, never decreasing. */
  onProgress?: ((fraction: number) => void) | undefined;
}

const PROGRESS_INTERVAL_MS = 100;

/**
 * Starts an asynchronous call of the addon. `body` passes the control words on as the call's last argument; the signal
 * sets the first, `onProgress` is told of the second.
 */
export async function callAsync<T>(
  { signal, onProgress }: RunOptions,
  body: (native: Native, control: ControlWords) => Promise<T>,
): Promise<T> {
  throwIfAborted(signal);
  const control = new Int32Array(2);
  const stop = () => Atomics.store(control, 0, 1);
  signal?.addEventListener("abort", stop, { once: true });
  const timer = onProgress && setInterval(() => onProgress(Atomics.load(control, 1) / 10000), PROGRESS_INTERVAL_MS);
  try {
    const result = await body(addon, control);
    onProgress?.(1);
    return result;
  } catch (error) {
    if (signal?.aborted) throw abortError(signal);
    throw translate(error);
  } finally {
    clearInterval(timer);
    signal?.removeEventListener("abort", stop);
  }
}
