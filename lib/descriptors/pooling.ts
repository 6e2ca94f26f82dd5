import { checkArray, checkInteger, checkList, checkNumber, invalid } from "../check.js";
import { type ActivationMap, checkActivationMap, packActivationMaps } from "../features/activation-map.js";
import { call, callAsync, type Native, type RunOptions } from "../native.js";
import { checkRectangles, packRectangles, type Rectangle } from "../regions/region.js";
import { checkSaliencyMap, type SaliencyMap } from "../saliency/saliency-map.js";
import { type ThreadOptions, threadCount } from "../threads.js";
import type { Matrix } from "./matrix.js";

/**
 * The vector of every region: the maximum of each channel over it (section 3.5, eq. 10), not normalised.
 *
 * @returns (regions, channels).
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT`, here and below, when a map has the wrong size or is not finite and
 * non-negative, or a rectangle is empty or leaves its map.
 */
export function poolRegions(map: ActivationMap, rectangles: readonly Rectangle[]): Matrix {
  const batch = packPooling([map], [rectangles]);
  call((native) => native.poolRegions(...batch.args, 1));
  return batch.matrix;
}

/**
 * {@link poolRegions} of many maps, off the event loop and on several threads.
 *
 * @param rectangles A list of rectangles a map.
 * @returns (all regions, channels): those of the first map, then those of the second, and so on.
 */
export async function poolRegionsBatch(
  maps: readonly ActivationMap[],
  rectangles: readonly (readonly Rectangle[])[],
  run: RunOptions & ThreadOptions = {},
): Promise<Matrix> {
  const batch = packPooling(maps, rectangles);
  const threads = threadCount(run.threads);
  await callAsync(run, (native, control) => native.poolRegions(...batch.args, threads, control));
  return batch.matrix;
}

function packPooling(maps: readonly ActivationMap[], rectangles: readonly (readonly Rectangle[])[]) {
  const packed = packActivationMaps(maps);
  const channels = maps[0]?.channels;
  if (channels === undefined) throw invalid("maps", "at least one map", maps);
  if (checkList("rectangles", rectangles).length !== maps.length) {
    throw invalid("rectangles", `${maps.length} lists, one a map`, rectangles);
  }
  maps.forEach((map, i) => {
    if (map.channels !== channels) throw invalid(`maps[${i}].channels`, `${channels}, as in maps[0]`, map.channels);
    checkRectangles(rectangles[i] ?? [], map, `rectangles[${i}]`);
  });
  const counts = Int32Array.from(rectangles, (list) => list.length);
  const boxes = packRectangles(rectangles.flat());
  const rows = boxes.length / 4;
  const matrix = { data: new Float32Array(rows * channels), rows, columns: channels };
  return { matrix, args: [packed.maps, packed.shapes, boxes, counts, matrix.data] as const };
}

/** Mean saliency of every region (section 3.5, eq. 9). */
export function regionSaliency(map: SaliencyMap, rectangles: readonly Rectangle[]): Float32Array {
  const { data, height, width } = checkSaliencyMap(map);
  const boxes = packRectangles(checkRectangles(rectangles, map));
  const out = new Float32Array(rectangles.length);
  call((native) => native.regionSaliency(data, height, width, boxes, out));
  return out;
}

/**
 * A global descriptor from regions, before whitening (section 3.9): the sum of their l2-normalised maxima. With uniform
 * regions this is R-MAC. Without any region of weight above 0 it is the l2-normalised {@link mac}, so that no image is
 * lost.
 *
 * @param weights What each region counts, finite and at least 0. Default: all alike.
 * @returns (channels).
 */
export function aggregate(map: ActivationMap, rectangles: readonly Rectangle[], weights?: Float32Array): Float32Array {
  const boxes = packRectangles(checkRectangles(rectangles, checkActivationMap(map)));
  const each = weights ? checkArray("weights", weights, Float32Array, rectangles.length) : new Float32Array(0);
  return pool(map, (native, args, out) => native.aggregate(...args, boxes, each, out));
}

/** MAC: the maximum of each channel over the whole map. */
export function mac(map: ActivationMap): Float32Array {
  const { height, width } = checkActivationMap(map);
  return poolRegions(map, [{ x0: 0, y0: 0, x1: width, y1: height }]).data;
}

/** SPoC (Babenko and Lempitsky 2015): the sum of each channel. */
export function spoc(map: ActivationMap): Float32Array {
  return pool(map, (native, args, out) => native.spoc(...args, out));
}

/** GeM (Radenović, Tolias and Chum 2018): the generalised mean (mean A^p)^(1/p) of each channel; p above 0. */
export function gem(map: ActivationMap, p = 3): Float32Array {
  checkNumber("p", p, { above: 0 });
  return pool(map, (native, args, out) => native.gem(...args, p, out));
}

/**
 * CroW (Kalantidis, Mellina and Osindero 2016), a = b = 2: channels summed with a spatial weight from the unweighted
 * channel sum, then weighted by how rarely they are active.
 */
export function crow(map: ActivationMap): Float32Array {
  return pool(map, (native, args, out) => native.crow(...args, out));
}

/**
 * The maximum of A_p (S_p / max S)^gamma of each channel; gamma 0, or a saliency map of zeros, gives {@link mac}.
 *
 * @param saliency Of the map's height and width. @param gamma At least 0.
 */
export function weightedMac(map: ActivationMap, saliency: SaliencyMap, gamma: number): Float32Array {
  const { height, width } = checkActivationMap(map);
  checkSaliencyMap(saliency, "saliency");
  if (saliency.height !== height || saliency.width !== width) {
    throw invalid("saliency", `${height} x ${width} cells, as the map`, `${saliency.height} x ${saliency.width}`);
  }
  checkNumber("gamma", gamma, { min: 0 });
  return pool(map, (native, args, out) => native.weightedMac(...args, saliency.data, gamma, out));
}

/**
 * The maximum of each channel over a square at every position, clipped at the border: the patches of object saliency
 * (section 3.8).
 *
 * @param side In cells. The square at row y reaches from y - ⌊side / 2⌋ over `side` rows, and so for columns.
 */
export function slidingMaximum(map: ActivationMap, side: number): ActivationMap {
  const { data, height, width, channels } = checkActivationMap(map);
  checkInteger("side", side, { min: 1 });
  const out = new Float32Array(data.length);
  call((native) => native.slidingMaximum(data, height, width, channels, side, out));
  return { data: out, height, width, channels };
}

function pool(
  map: ActivationMap,
  body: (native: Native, args: readonly [Float32Array, number, number, number], out: Float32Array) => void,
): Float32Array {
  const { data, height, width, channels } = checkActivationMap(map);
  const out = new Float32Array(channels);
  call((native) => body(native, [data, height, width, channels], out));
  return out;
}
