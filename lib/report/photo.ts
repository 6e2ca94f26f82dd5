import sharp from "sharp";
import { readImage, type RgbImage, type Size } from "../features/image.js";
import type { Box } from "./model.js";

/** The longer side, in pixels, of a photo as a page shows it and of the decoded photo that crops are cut from. */
const SHOWN_SIDE = 720;
const DECODED_SIDE = 2048;
const CROP_SIDE = 320;
const QUALITY = 80;

/** A decoded photo from which pictures for a page are made. Its boxes are in pixels of the original. */
export class Photo {
  readonly #image: Required<RgbImage>;

  private constructor(image: Required<RgbImage>) {
    this.#image = image;
  }

  /**
   * Decodes a photo; `undefined` when it is not there any more, cannot be read, or no longer has the size that the
   * collection recorded (its boxes would then lie elsewhere).
   */
  static async open(path: string, recorded: Size): Promise<Photo | undefined> {
    const image = await readImage(path, { maxSide: DECODED_SIDE }).catch(() => undefined);
    const same = image?.originalWidth === recorded.width && image.originalHeight === recorded.height;
    return image && same ? new Photo(image) : undefined;
  }

  /** The whole photo as JPEG. */
  async shown(): Promise<Buffer> {
    return this.#jpeg(SHOWN_SIDE);
  }

  /** What a box shows, as JPEG, at least one pixel of it; its longer side is at most `side`. */
  async crop(box: Box, side = CROP_SIDE): Promise<Buffer> {
    const { width, height, originalWidth, originalHeight } = this.#image;
    const [left, right] = span(box.x, box.width, width / originalWidth, width);
    const [top, bottom] = span(box.y, box.height, height / originalHeight, height);
    return this.#jpeg(side, { left, top, width: right - left, height: bottom - top });
  }

  #jpeg(side: number, region?: { left: number; top: number; width: number; height: number }): Promise<Buffer> {
    const { data, width, height } = this.#image;
    const image = sharp(data, { raw: { width, height, channels: 3 } });
    if (region) image.extract(region);
    return image.resize(side, side, { fit: "inside", withoutEnlargement: true }).jpeg({ quality: QUALITY }).toBuffer();
  }
}

/** The pixels, from and to, of an extent in pixels of the original: at least one, all within `size`. */
function span(start: number, length: number, scale: number, size: number): [number, number] {
  const from = Math.min(size - 1, Math.max(0, Math.round(start * scale)));
  return [from, Math.min(size, Math.max(from + 1, Math.round((start + length) * scale)))];
}
