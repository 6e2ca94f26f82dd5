import { invalid } from "../check.js";
import type { RgbImage } from "../features/image.js";
import { checkPixelBox, type ImageSize, type PixelBox } from "../regions/pixel-box.js";

/** How much of a box's area must lie within the image: what hangs over by a rounding or a loose hand is cut off. */
const LEAST_WITHIN = 0.9;

/**
 * The part of a box that lies within an image.
 *
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when more than a tenth of it lies outside: the box was drawn on
 *   another image, or its corners were given for its sides.
 */
export function clipBox(box: PixelBox, image: ImageSize, name = "box"): PixelBox {
  const { x, y, width, height } = checkPixelBox(box, name);
  const left = Math.max(0, x);
  const top = Math.max(0, y);
  const across = Math.min(image.width, x + width) - left;
  const down = Math.min(image.height, y + height) - top;
  if (across > 0 && down > 0 && across * down >= LEAST_WITHIN * width * height) {
    return { x: left, y: top, width: across, height: down };
  }
  throw invalid(
    name,
    `within the image of ${image.width} x ${image.height} pixels`,
    `x ${x}, y ${y}, width ${width}, height ${height}`,
  );
}

/** The pixels of a box, which lies within the image and is in pixels of its original; at least one each way. */
export function cropImage(image: Required<RgbImage>, box: PixelBox): Required<RgbImage> {
  const [left, right] = span(box.x, box.width, image.width, image.originalWidth);
  const [top, bottom] = span(box.y, box.height, image.height, image.originalHeight);
  const [width, height] = [right - left, bottom - top];
  const data = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    const from = 3 * ((top + row) * image.width + left);
    data.set(image.data.subarray(from, from + 3 * width), 3 * row * width);
  }
  return {
    data,
    width,
    height,
    originalWidth: Math.max(1, Math.round(box.width)),
    originalHeight: Math.max(1, Math.round(box.height)),
  };
}

/** From and to, in pixels of an image reduced from `original` to `size`. */
function span(start: number, length: number, size: number, original: number): [number, number] {
  const from = Math.min(size - 1, Math.round((start * size) / original));
  return [from, Math.min(size, Math.max(from + 1, Math.round(((start + length) * size) / original)))];
}
