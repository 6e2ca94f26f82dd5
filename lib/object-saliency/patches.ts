import { checkInteger, checkList, checkObject, invalid } from "../check.js";
import type { Matrix } from "../descriptors/matrix.js";
import { Whitening } from "../descriptors/whitening.js";
import { type ActivationMap, checkActivationMap } from "../features/activation-map.js";
import { call } from "../native.js";
import { OBJECT_SALIENCY_DEFAULTS } from "./object-saliency.js";
import { checkChannels } from "./region-model.js";

/** A cell of a map: column x, row y. */
export interface Cell {
  readonly x: number;
  readonly y: number;
}

/**
 * Patch descriptors u_p (section 3.8): the maximum of each channel over the square of `side` cells at p, clipped at the
 * border, whitened.
 *
 * @param cells Where; default every position, row after row.
 * @param side In cells. The square at row y reaches from y - ⌊side / 2⌋ over `side` rows, and so for columns.
 * @returns (cells, d), unit rows; an all-zero patch gives a zero row.
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when the map's channels are not the whitening's, it is not finite and
 * non-negative, or a cell lies outside it.
 */
export function patchDescriptors(
  map: ActivationMap,
  whitening: Whitening,
  cells?: readonly Cell[],
  side: number = OBJECT_SALIENCY_DEFAULTS.side,
): Matrix {
  const { data, height, width, channels } = checkActivationMap(map);
  if (!(whitening instanceof Whitening)) throw invalid("whitening", "a Whitening", whitening);
  checkChannels(map, whitening);
  checkInteger("side", side, { min: 1 });
  const positions = cells ? checkCells(cells, map) : new Int32Array(height * width).map((_, p) => p);
  const { mean, projection, dimensions } = whitening;
  const out = new Float32Array(positions.length * dimensions);
  call((native) =>
    native.patchDescriptors(
      data,
      height,
      width,
      channels,
      side,
      positions,
      mean,
      projection.data,
      channels,
      dimensions,
      out,
    ),
  );
  return { data: out, rows: positions.length, columns: dimensions };
}

/** Checks cells of a map. @returns Their positions y * width + x. */
export function checkCells(cells: readonly Cell[], { height, width }: ActivationMap): Int32Array {
  const positions = checkList("cells", cells).map((cell, i) => {
    const { x, y } = checkObject(`cells[${i}]`, cell);
    const column = checkInteger(`cells[${i}].x`, x, { min: 0, below: width });
    return checkInteger(`cells[${i}].y`, y, { min: 0, below: height }) * width + column;
  });
  return Int32Array.from(positions);
}
