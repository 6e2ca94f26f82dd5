/** One activation map from those of an image at several scales. */
import type { ActivationMap } from "./activation-map.js";

/** For each of `to` cells, the cells of `from` that it shows and their weights, which sum to 1: a triangle, widened to reduce. */
function taps(from: number, to: number): { cell: number; weight: number }[][] {
  const step = from / to;
  const reach = Math.max(1, step);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * step - 0.5;
    const seen = [];
    for (let cell = Math.ceil(centre - reach); cell <= centre + reach; cell++) {
      const weight = 1 - Math.abs(cell - centre) / reach;
      if (weight > 0 && cell >= 0 && cell < from) seen.push({ cell, weight });
    }
    const sum = seen.reduce((total, { weight }) => total + weight, 0);
    return seen.map(({ cell, weight }) => ({ cell, weight: weight / sum }));
  });
}

/** Adds `share` times the map, resampled to the grid of `out`. */
function addResampled(out: ActivationMap, map: ActivationMap, share: number): void {
  const { channels } = map;
  const [rows, columns] = [taps(map.height, out.height), taps(map.width, out.width)];
  const line = new Float32Array(map.width * channels);
  for (const [y, row] of rows.entries()) {
    line.fill(0);
    for (const { cell, weight } of row) {
      const start = cell * line.length;
      for (let j = 0; j < line.length; j++) line[j] = (line[j] as number) + weight * (map.data[start + j] as number);
    }
    for (const [x, column] of columns.entries()) {
      const to = (y * out.width + x) * channels;
      for (const { cell, weight } of column) {
        const factor = share * weight;
        const from = cell * channels;
        for (let c = 0; c < channels; c++)
          out.data[to + c] = (out.data[to + c] as number) + factor * (line[from + c] as number);
      }
    }
  }
}

/** The mean of maps of equal channels, on the grid of the first. Takes some milliseconds a map: not for the event loop. */
export function blendMaps(maps: readonly [ActivationMap, ...ActivationMap[]]): ActivationMap {
  const { height, width, channels } = maps[0];
  const out = { data: new Float32Array(height * width * channels), height, width, channels };
  for (const map of maps) addResampled(out, map, 1 / maps.length);
  return out;
}
