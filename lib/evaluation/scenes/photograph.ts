/** From a clean picture to a photograph: uneven light, lens, sensor, tone curve, JPEG. */
import sharp from "sharp";
import type { Canvas } from "./canvas.js";
import { fractal } from "./noise.js";
import { Random } from "./random.js";

const NORMALS = 1 << 16;
let normals: Float32Array | undefined;

/** A fixed table of standard normal numbers; drawing a million fresh ones a picture would take longer than all else. */
function noiseTable(): Float32Array {
  if (!normals) {
    const random = new Random("sensor noise");
    normals = Float32Array.from({ length: NORMALS }, () => random.normal());
  }
  return normals;
}

/** Light that varies over the picture: a gradient, vignetting, and sometimes dappled shade. */
function lightField(random: Random, width: number, height: number): Float32Array {
  const [gx, gy] = [random.range(-0.3, 0.3), random.range(-0.25, 0.25)];
  const vignette = random.range(0, 0.45);
  const dapple = random.chance(0.35) ? random.range(0.2, 0.6) : random.range(0, 0.12);
  const scale = random.range(60, 220);
  // Smooth, so a quarter of the resolution does.
  const [w, h] = [Math.ceil(width / 4), Math.ceil(height / 4)];
  const patches = fractal(random, w, h, { scaleX: scale / 4, scaleY: scale / 4, octaves: 3, persistence: 0.5 });
  const field = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const v = y / height - 0.5;
    for (let x = 0; x < width; x++) {
      const u = x / width - 0.5;
      const patch = patches[(y >> 2) * w + (x >> 2)] as number;
      field[y * width + x] = (1 + gx * u + gy * v) * (1 - vignette * 1.6 * (u * u + v * v)) * (1 - dapple * patch);
    }
  }
  return field;
}

/** Encodes the canvas as a JPEG photograph. */
export async function photograph(target: Canvas, random: Random): Promise<Buffer> {
  const { width, height, rgb } = target;
  const light = lightField(random, width, height);
  const exposure = random.range(0.75, 1.35);
  const cast = [1 + random.normal() * 0.06, 1, 1 + random.normal() * 0.08];
  const contrast = random.range(0.75, 1.15);
  const haze = random.range(0, 22);
  const optical = Buffer.allocUnsafe(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const gain = exposure * (light[i] as number);
    for (let c = 0; c < 3; c++) {
      const value = ((rgb[3 * i + c] as number) * gain * (cast[c] as number)) / 255;
      // A shoulder instead of a hard clip.
      const toned = value < 0.7 ? value : 0.7 + 0.3 * (1 - Math.exp((0.7 - value) / 0.3));
      optical[3 * i + c] = Math.max(0, Math.min(255, haze + (255 - haze) * (0.5 + (toned - 0.5) * contrast)));
    }
  }
  const raw = { width, height, channels: 3 as const };
  const blur = random.chance(0.75) ? random.range(0.35, 1) : 0;
  const lens = blur > 0 ? await sharp(optical, { raw }).blur(blur).raw().toBuffer() : optical;

  const table = noiseTable();
  const grain = random.range(1, 7);
  const colourNoise = random.range(0.1, 0.6);
  for (let y = 0; y < height; y++) {
    let at = random.int(0, NORMALS - 1);
    for (let i = y * width * 3; i < (y + 1) * width * 3; i += 3) {
      const shared = table[at++ & (NORMALS - 1)] as number;
      const amount = grain * (0.5 + 0.5 * Math.sqrt((lens[i + 1] as number) / 255));
      for (let c = 0; c < 3; c++) {
        const own = table[at++ & (NORMALS - 1)] as number;
        lens[i + c] = Math.max(0, Math.min(255, (lens[i + c] as number) + amount * (shared + colourNoise * own)));
      }
    }
  }
  return sharp(lens, { raw })
    .jpeg({ quality: random.int(62, 93) })
    .toBuffer();
}
