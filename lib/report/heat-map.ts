import sharp from "sharp";
import type { SaliencyMap } from "../saliency/saliency-map.js";
import { colourise } from "./colour-map.js";

/** The longer side of a heat map's picture in pixels; the browser scales the rest of the way. */
const SIDE = 192;

/**
 * A saliency map as a small WebP picture: interpolated by cubics between the centres of its cells, since browsers'
 * linear scaling shows the grid, and coloured after that. Black is 0, the brightest colour the map's maximum; a zero map
 * is black.
 */
export async function heatMap(map: SaliencyMap): Promise<Buffer> {
  const scale = Math.max(1, Math.round(SIDE / Math.max(map.width, map.height)));
  const [width, height] = [map.width * scale, map.height * scale];
  const maximum = map.data.reduce((max, value) => Math.max(max, value), 0);
  const grey = Uint8Array.from(map.data, (value) => (maximum > 0 ? Math.round((255 * value) / maximum) : 0));
  const smooth = await sharp(grey, { raw: { width: map.width, height: map.height, channels: 1 } })
    .resize(width, height, { fit: "fill", kernel: "cubic" })
    .toColourspace("b-w")
    .raw()
    .toBuffer();
  return sharp(colourise(smooth), { raw: { width, height, channels: 3 } })
    .webp({ quality: 85 })
    .toBuffer();
}
