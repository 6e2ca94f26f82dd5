import type { GivenMap } from "../../lib/index.js";
import { randomNumbers } from "./vectors.js";

const CHANNELS = 24;

/**
 * Activation maps with blobs: each has one of `objects` patterns of channels, which recur from map to map, and one of
 * its own, apart from each other, so that each is a region. A blob's cells differ, or it would be a texture. Elsewhere
 * they are zero, as after a ReLU.
 */
export function syntheticMaps(count: number, { objects = 3, seed = 1 } = {}): (GivenMap & { image: object })[] {
  return Array.from({ length: count }, (_, i) => {
    const random = randomNumbers(seed + i);
    const [height, width] = [10 + (i % 3), 18 + (i % 4)];
    const data = new Float32Array(height * width * CHANNELS);
    const blob = (pattern: number, x: number, y: number) => {
      const channels = randomNumbers(1000 + pattern);
      for (let dy = 0; dy < 3; dy++) {
        for (let dx = 0; dx < 3; dx++) {
          const at = ((y + dy) * width + x + dx) * CHANNELS;
          for (let j = 0; j < CHANNELS; j++) {
            if (channels() < 0.25) data[at + j] = (1 + channels()) * (0.8 + 0.4 * random());
          }
        }
      }
    };
    blob(i % objects, 1 + Math.floor(random() * 3), 1 + Math.floor(random() * 5));
    blob(100 + i, width - 5, 1 + Math.floor(random() * 5));
    const image = { width: 16 * width, height: 16 * height };
    return { id: `map-${String(i).padStart(3, "0")}`, map: { data, height, width, channels: CHANNELS }, image };
  });
}
