import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ActivationExtractor, type ActivationMap, type GivenMap } from "../../lib/index.js";
import { Random } from "../../lib/evaluation/scenes/random.js";
import { realImages } from "./real-collection.js";

const PHOTOS = 40;

/** Maps of some photographs by the default network. */
export async function photoMaps(): Promise<ActivationMap[]> {
  const folder = await realImages();
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(jpe?g|png)$/i.test(name),
  );
  await using extractor = await ActivationExtractor.open({ maxSide: 512 });
  const maps: ActivationMap[] = [];
  for (let i = 0; i < PHOTOS; i++) {
    const file = files[Math.floor((i * files.length) / PHOTOS)] as string;
    maps.push((await extractor.extract(join(folder, file))).map);
  }
  return maps;
}

/**
 * As many maps as are wanted, one at a time, of real sparsity and strength: each is laid together of two photographs'
 * maps, shifted around the border by chance and the second weakened, the stronger activation of the two.
 */
export async function* overlaidMaps(
  photos: readonly ActivationMap[],
  count: number,
  height: number,
  width: number,
): AsyncGenerator<GivenMap> {
  const random = new Random(`overlaid ${height} x ${width}`);
  const any = () => photos[random.int(0, photos.length - 1)] as ActivationMap;
  for (let i = 0; i < count; i++) {
    const [a, b] = [any(), any()];
    const { channels } = a;
    const data = new Float32Array(height * width * channels);
    const factor = random.range(0.2, 0.8);
    for (const [photo, strength] of [
      [a, 1],
      [b, factor],
    ] as const) {
      const [x0, y0] = [random.int(0, photo.width - 1), random.int(0, photo.height - 1)];
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const from = (((y + y0) % photo.height) * photo.width + ((x + x0) % photo.width)) * channels;
          const to = (y * width + x) * channels;
          for (let j = 0; j < channels; j++) {
            const value = strength * (photo.data[from + j] as number);
            if (value > (data[to + j] as number)) data[to + j] = value;
          }
        }
      }
    }
    yield await Promise.resolve({ id: `${i}`.padStart(7, "0"), map: { data, height, width, channels } });
  }
}
