import type { ActivationMap } from "../features/activation-map.js";
import type { Rectangle } from "../regions/region.js";
import type { Matrix } from "./matrix.js";
import { poolRegions } from "./pooling.js";
import type { Whitening } from "./whitening.js";

/**
 * How alike each region is to itself, -1..1: the similarity of its left and right half, or of its upper and lower half
 * if that is less, both whitened. Textures (a floor, bark, a shelf's rails) are alike in both ways; a thing's halves
 * differ at least in one. A side of one cell is not halved.
 */
export function selfSimilarity(
  map: ActivationMap,
  rectangles: readonly Rectangle[],
  whitening: Whitening,
): Float32Array {
  return likenessOfHalves(whitening.apply(poolRegions(map, rectangles.flatMap(halves))));
}

/** {@link selfSimilarity} of regions by the vectors of their {@link halves}, whitened (4 a region, d). */
export function likenessOfHalves({ data, rows, columns }: Matrix): Float32Array {
  const dot = (a: number, b: number) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += (data[a * columns + j] as number) * (data[b * columns + j] as number);
    return sum;
  };
  return Float32Array.from({ length: rows / HALVES }, (_, region) => {
    const left = HALVES * region;
    return Math.min(dot(left, left + 1), dot(left + 2, left + 3));
  });
}

/** How many {@link halves} a region has. */
export const HALVES = 4;

/** Left, right, upper, lower. The middle row or column of an odd side is in neither of its halves. */
export function halves({ x0, y0, x1, y1 }: Rectangle): Rectangle[] {
  const width = Math.max(1, (x1 - x0) >> 1);
  const height = Math.max(1, (y1 - y0) >> 1);
  return [
    { x0, y0, x1: x0 + width, y1 },
    { x0: x1 - width, y0, x1, y1 },
    { x0, y0, x1, y1: y0 + height },
    { x0, y0: y1 - height, x1, y1 },
  ];
}
