import { checkArray, checkEach, checkInteger, checkObject } from "../check.js";

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
  checkEach("maps", maps, (map, name) => checkActivationMap(map as ActivationMap, name));
  const shapes = new Int32Array(3 * maps.length);
  maps.forEach(({ height, width, channels }, i) => {
    shapes[3 * i] = height;
    shapes[3 * i + 1] = width;
    shapes[3 * i + 2] = channels;
  });
  return { maps: maps.map(({ data }) => data), shapes };
}
