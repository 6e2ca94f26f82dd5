/** Small pictures with transparency, drawn from SVG, and their halved copies for drawing them smaller. */
import sharp from "sharp";

/** RGBA, 8 bits, colours multiplied by alpha, row-major. */
export interface Level {
  data: Uint8Array;
  width: number;
  height: number;
}

/** A picture and its successive halvings, largest first. */
export interface Sprite {
  levels: Level[];
}

/** What to draw: `svg` covers [0, width] x [0, height] in its own units, and becomes `pixels` along its longer side. */
export interface Drawing {
  svg: string;
  width: number;
  height: number;
  pixels: number;
}

const GAP = 2;
const ATLAS_WIDTH = 1024;

/** Draws many drawings in one pass of the SVG renderer. Every sprite has a transparent margin of one pixel. */
export async function rasterise(drawings: readonly Drawing[]): Promise<Sprite[]> {
  if (drawings.length === 0) return [];
  const places: { x: number; y: number; w: number; h: number }[] = [];
  let [x, y, shelf, widest] = [0, 0, 0, 0];
  for (const { width, height, pixels } of drawings) {
    const w = Math.max(2, Math.round((width / Math.max(width, height)) * pixels));
    const h = Math.max(2, Math.round((height / Math.max(width, height)) * pixels));
    if (x > 0 && x + w + GAP > ATLAS_WIDTH) [x, y, shelf] = [0, y + shelf, 0];
    places.push({ x: x + 1, y: y + 1, w, h });
    x += w + GAP;
    shelf = Math.max(shelf, h + GAP);
    widest = Math.max(widest, x);
  }
  const height = y + shelf;
  const body = drawings.map(({ svg, width: vw, height: vh }, i) => {
    const { x: px, y: py, w, h } = places[i] as (typeof places)[number];
    return `<svg x="${px}" y="${py}" width="${w}" height="${h}" viewBox="0 0 ${vw} ${vh}" preserveAspectRatio="none" overflow="hidden">${svg}</svg>`;
  });
  const page = `<svg xmlns="http://www.w3.org/2000/svg" width="${widest}" height="${height}">${body.join("")}</svg>`;
  const atlas = await sharp(Buffer.from(page), { unlimited: true }).ensureAlpha().raw().toBuffer();
  return places.map(({ x: px, y: py, w, h }) => sprite(cut(atlas, widest, px - 1, py - 1, w + 2, h + 2)));
}

/** A rectangle of an unmultiplied RGBA picture, its colours multiplied by alpha. */
function cut(from: Uint8Array, stride: number, x: number, y: number, width: number, height: number): Level {
  const data = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row++) {
    let source = ((y + row) * stride + x) * 4;
    let target = row * width * 4;
    for (let i = 0; i < width; i++, source += 4, target += 4) {
      const alpha = from[source + 3] as number;
      data[target] = ((from[source] as number) * alpha) / 255;
      data[target + 1] = ((from[source + 1] as number) * alpha) / 255;
      data[target + 2] = ((from[source + 2] as number) * alpha) / 255;
      data[target + 3] = alpha;
    }
  }
  return { data, width, height };
}

const SMALLEST = 8;

/** A sprite of a picture: its levels by averaging two by two pixels. */
export function sprite(level: Level): Sprite {
  const levels = [level];
  for (let last = level; Math.min(last.width, last.height) >= 2 * SMALLEST; levels.push(last)) last = halve(last);
  return { levels };
}

function halve({ data, width, height }: Level): Level {
  const w = width >> 1;
  const h = height >> 1;
  const half = new Uint8Array(w * h * 4);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const a = (2 * y * width + 2 * x) * 4;
      const b = a + width * 4;
      for (let c = 0; c < 4; c++)
        half[(y * w + x) * 4 + c] =
          ((data[a + c] as number) +
            (data[a + 4 + c] as number) +
            (data[b + c] as number) +
            (data[b + 4 + c] as number) +
            2) >>
          2;
    }
  }
  return { data: half, width: w, height: h };
}
