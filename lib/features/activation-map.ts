import { checkArray, checkInteger, checkList, checkObject } from "../check.js";

/**
 * What a convolutional layer says of an image: A (h, w, c), row-major, the channels of a position contiguous
 * (`data[(y * width + x) * channels + j]`). Finite and non-negative.
 */
export interface ActivationMap {
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Checks type and shape; that the values are finite and non-negative is checked natively, before they are used. */
export function checkActivationMap(map: ActivationMap, name = "map"): ActivationMap {
  checkObject(name, map);
  const height = checkInteger(`${name}.height`, map.height, { min: 1 });
  const width = checkInteger(`${name}.width`, map.width, { min: 1 });
  const channels = checkInteger(`${name}.channels`, map.channels, { min: 1 });
  checkArray(`${name}.data`, map.data, Float32Array, height * width * channels);
  return map;
}

/** Checks maps and lays them out as the addon takes them. Shapes: height, width, channels of each. */
export function packActivationMaps(maps: readonly ActivationMap[]): { maps: Float32Array[]; shapes: Int32Array } {
  checkList("maps", maps).forEach((map, i) => checkActivationMap(map as ActivationMap, `maps[${i}]`));
  return {
    maps: maps.map(({ data }) => data),
    shapes: Int32Array.from(maps.flatMap(({ height, width, channels }) => [height, width, channels])),
  };
}
