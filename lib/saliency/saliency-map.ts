import { checkArray, checkEach, checkInteger, checkObject } from "../check.js";

/** A saliency map S (h, w), row-major (`data[y * width + x]`). Finite and non-negative. */
export interface SaliencyMap {
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
}

/** Checks type and shape; that the values are finite and non-negative is checked natively, before they are used. */
export function checkSaliencyMap(map: SaliencyMap, name = "map"): SaliencyMap {
  checkObject(name, map);
  const height = checkInteger(`${name}.height`, map.height, { min: 1 });
  const width = checkInteger(`${name}.width`, map.width, { min: 1 });
  checkArray(`${name}.data`, map.data, Float32Array, height * width);
  return map;
}

/** Checks maps and lays them out as the addon takes them. Shapes: height, width of each. */
export function packSaliencyMaps(maps: readonly SaliencyMap[]): { maps: Float32Array[]; shapes: Int32Array } {
  checkEach("maps", maps, (map, name) => checkSaliencyMap(map as SaliencyMap, name));
  const shapes = new Int32Array(2 * maps.length);
  maps.forEach(({ height, width }, i) => {
    shapes[2 * i] = height;
    shapes[2 * i + 1] = width;
  });
  return { maps: maps.map(({ data }) => data), shapes };
}
