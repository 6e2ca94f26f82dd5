import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { randomNumbers } from "./vectors.js";

const WIDTH = 96;
const HEIGHT = 72;

/** Small photos of one printed square that lies about on backgrounds of noise; returns their paths. */
export async function makePhotos(folder: string, count: number): Promise<string[]> {
  const paths = Array.from({ length: count }, (_, i) => `${i % 2 ? "sub/" : ""}photo-${i}.png`);
  for (const [i, path] of paths.entries()) {
    const random = randomNumbers(i + 1);
    const data = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, () => 100 + 40 * random());
    const [left, top] = [Math.floor(random() * 60), Math.floor(random() * 40)];
    for (let y = 0; y < 24; y++) {
      for (let x = 0; x < 24; x++) {
        data.fill(
          (x >> 2) % 2 === (y >> 3) % 2 ? 250 : 5,
          3 * ((top + y) * WIDTH + left + x),
          3 * ((top + y) * WIDTH + left + x) + 2,
        );
      }
    }
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }).toFile(join(folder, path));
  }
  return paths;
}
