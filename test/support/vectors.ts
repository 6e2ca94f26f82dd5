/** Vectors for tests: the same for the same seed. */
import type { Matrix } from "../../lib/index.js";

/** Uniform in [0, 1), by mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Unit rows around `clusters` centres, like descriptors of recurring things. */
export function clusteredVectors(rows: number, columns: number, clusters: number, seed: number, noise = 0.5): Matrix {
  const random = randomNumbers(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const centres = Array.from({ length: clusters }, () => Array.from({ length: columns }, normal));
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const row = (centres[i % clusters] ?? []).map((value) => value + noise * normal());
    const norm = Math.hypot(...row);
    data.set(
      row.map((value) => value / norm),
      i * columns,
    );
  }
  return { data, rows, columns };
}
