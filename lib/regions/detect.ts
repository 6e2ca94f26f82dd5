import { call, callAsync, type RunOptions } from "../native.js";
import { checkSaliencyMap, packSaliencyMaps, type SaliencyMap } from "../saliency/saliency-map.js";
import { type ThreadOptions, threadCount } from "../threads.js";
import { type EgmOptions, resolveEgmOptions } from "./egm-options.js";
import type { Region } from "./region.js";

/** The mixture after an iteration: m components, in row-major order of the positions that they started from. */
export interface EgmStep {
  /** Mixing coefficients (m), summing to 1. */
  readonly pi: Float64Array;
  /** Means (m, 2): x, y in cells; the cell at column x covers x - ½ to x + ½. */
  readonly mu: Float64Array;
  /** Diagonals of the covariances (m, 2), in cells². */
  readonly variance: Float64Array;
}

/** How regions came about. */
export interface EgmTrace {
  /** The mixture at the start (a component a kept position), then after every iteration. */
  readonly steps: EgmStep[];
  /** Components left after each iteration. */
  readonly history: Int32Array;
  readonly iterations: number;
  /** False when `maxIterations` ended it. */
  readonly converged: boolean;
  /** What {@link detectRegions} returns. */
  readonly regions: Region[];
}

/**
 * Detects salient rectangles in a saliency map (section 3.4; after Avrithis and Kalantidis, ECCV 2012): a Gaussian
 * mixture that starts with one component a position, and whose components expand and purge each other.
 *
 * Options left out come from `EGM_DEFAULTS.featureSaliency`; pass `EGM_DEFAULTS.objectSaliency` for object saliency.
 *
 * @returns Regions in descending weight, all different; none for a map of zeros.
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when the map is not (h, w), finite and non-negative, or an option is
 * unknown or out of range.
 */
export function detectRegions(map: SaliencyMap, options?: Partial<EgmOptions>): Region[] {
  const { maps, shapes } = packSaliencyMaps([checkSaliencyMap(map)]);
  const resolved = resolveEgmOptions(options);
  const [regions] = call((native) => native.detectRegions(maps, shapes, ...resolved, 1));
  return unpack(regions as Float64Array);
}

/** {@link detectRegions} of many maps, off the event loop and on several threads. */
export async function detectRegionsBatch(
  maps: readonly SaliencyMap[],
  options?: Partial<EgmOptions>,
  run: RunOptions & ThreadOptions = {},
): Promise<Region[][]> {
  const packed = packSaliencyMaps(maps);
  const resolved = resolveEgmOptions(options);
  const threads = threadCount(run.threads);
  const regions = await callAsync(run, (native, control) =>
    native.detectRegions(packed.maps, packed.shapes, ...resolved, threads, control),
  );
  return regions.map(unpack);
}

/** {@link detectRegions} with every iteration, for looking at. */
export function traceRegions(map: SaliencyMap, options?: Partial<EgmOptions>): EgmTrace {
  const { data, height, width } = checkSaliencyMap(map);
  const resolved = resolveEgmOptions(options);
  const trace = call((native) => native.traceRegions(data, height, width, ...resolved));
  return { ...trace, iterations: trace.history.length, regions: unpack(trace.regions) };
}

const FIELDS = 6;

function unpack(packed: Float64Array): Region[] {
  return Array.from({ length: packed.length / FIELDS }, (_, i) => {
    const [x0, y0, x1, y1, weight, saliency] = packed.subarray(FIELDS * i) as unknown as Tuple6;
    return { x0, y0, x1, y1, weight, saliency };
  });
}

type Tuple6 = [number, number, number, number, number, number];
