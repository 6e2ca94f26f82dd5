/**
 * Draws faces of the scene generator's things, each filling a picture: training material for what is printed.
 *
 * `node --import ./bench/support/register-typescript.mjs training/drawings.ts <folder> <seed> <pictures>`
 *
 * Seeds from 1001 on are for training, those below for tests.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { Random } from "../lib/evaluation/scenes/random.js";
import { blueprint } from "../lib/evaluation/scenes/things.js";

/** Pixels along the longer side, and at least along the shorter. */
const SIDE = { longer: 330, shorter: 130 };

const [folder = "", seed = "", pictures = ""] = process.argv.slice(2);
if (!(Number(seed) > 1000 && Number(pictures) > 0))
  throw new Error("usage: drawings.ts <folder> <seed > 1000> <pictures>");
await mkdir(folder, { recursive: true });
const random = new Random(`drawings ${seed}`);
const channel = () => random.int(0, 255);
let drawn = 0;
while (drawn < Number(pictures)) {
  for (const { svg, width, height } of blueprint(random).faces.slice(0, 2)) {
    const scale = SIDE.longer / Math.max(width, height);
    const [w, h] = [width, height].map((side) => Math.max(SIDE.shorter, Math.round(side * scale)));
    const page = `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">${svg}</svg>`;
    await sharp(Buffer.from(page))
      .flatten({ background: { r: channel(), g: channel(), b: channel() } })
      .jpeg({ quality: 90 })
      .toFile(join(folder, `${seed}-${drawn++}.jpg`));
  }
}
