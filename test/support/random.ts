import type { ActivationMap, Matrix } from "../../lib/index.js";

/** Numbers in [0, 1) from a small generator, the same for the same seed. */
export function random(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return (state - 1) / 2147483646;
  };
}

/** Vectors (rows, columns), non-negative, of which later columns vary more. */
export function randomMatrix(rows: number, columns: number, seed = 1): Matrix {
  const next = random(seed);
  const data = Float32Array.from({ length: rows * columns }, (_, i) => next() * (1 + (i % columns)));
  return { data, rows, columns };
}

/** A sparse activation map: a share of `zeros` of its values is 0. */
export function randomMap(height: number, width: number, channels: number, seed = 1, zeros = 0.6): ActivationMap {
  const next = random(seed);
  const data = Float32Array.from({ length: height * width * channels }, () => (next() < zeros ? 0 : next()));
  return { data, height, width, channels };
}
