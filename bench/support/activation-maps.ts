import type { ActivationMap } from "../../lib/index.js";

/** Uniform numbers in [0, 1) that depend on the seed alone (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * An activation map with the statistics of a late convolution: three quarters zeros, weak clutter everywhere, and
 * objects that excite about one channel in seven.
 */
export function syntheticMap(height: number, width: number, channels: number, objects: number, seed: number) {
  const random = randomNumbers(seed);
  const data = Float32Array.from({ length: height * width * channels }, () =>
    random() < 0.25 ? -0.2 * Math.log(1 - random()) * random() : 0,
  );
  for (let object = 0; object < objects; object++) {
    const excited = Float32Array.from({ length: channels }, () =>
      random() < 0.15 ? -2 * Math.log((1 - random()) * (1 - random())) : 0,
    );
    const [x0, y0] = [width * (0.15 + 0.7 * random()), height * (0.15 + 0.7 * random())];
    const [rx, ry] = [width / (9 + 5 * random()), height / (9 + 5 * random())];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const strength = Math.exp(-(((x - x0) / rx) ** 2 + ((y - y0) / ry) ** 2) / 2);
        if (strength <= 0.2) continue;
        for (let j = 0; j < channels; j++) {
          const i = (y * width + x) * channels + j;
          data[i] = (data[i] as number) + strength * (excited[j] as number) * (0.7 + 0.3 * random());
        }
      }
    }
  }
  return { data, height, width, channels } satisfies ActivationMap;
}
