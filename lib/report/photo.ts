import sharp from "sharp";
import type { Box } from "./model.js";

/** The longer side, in pixels, of a photo as a page shows it and of the decoded photo that crops are cut from. */
const SHOWN_SIDE = 720;
const DECODED_SIDE = 2048;
const CROP_SIDE = 320;
const QUALITY = 80;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A decoded photo from which pictures for a page are made. Its boxes are in pixels of the original. */
export class Photo {
  readonly #pixels: Buffer;
  readonly #size: Size;
  readonly #original: Size;

  private constructor(pixels: Buffer, size: Size, original: Size) {
    this.#pixels = pixels;
    this.#size = size;
    this.#original = original;
  }

  /**
   * Decodes a photo; `undefined` when it is not there any more, cannot be read, or no longer has the size that the
   * collection recorded (its boxes would then lie elsewhere).
   */
  static async open(path: string, original: Size): Promise<Photo | undefined> {
    try {
      const { data, info } = await sharp(path, { autoOrient: true })
        .resize(DECODED_SIDE, DECODED_SIDE, { fit: "inside", withoutEnlargement: true })
        .flatten({ background: "#fff" })
        .toColourspace("srgb")
        .raw({ depth: "uchar" })
        .toBuffer({ resolveWithObject: true });
      const aspectKept = Math.abs(info.width * original.height - info.height * original.width);
      if (aspectKept > Math.max(original.width, original.height)) return undefined;
      return new Photo(data, info, original);
    } catch {
      return undefined;
    }
  }

  /** The whole photo as JPEG. */
  async shown(): Promise<Buffer> {
    return this.#jpeg(SHOWN_SIDE);
  }

  /** What a box shows, as JPEG, at least one pixel of it. */
  async crop(box: Box): Promise<Buffer> {
    const scaleX = this.#size.width / this.#original.width;
    const scaleY = this.#size.height / this.#original.height;
    const left = Math.min(this.#size.width - 1, Math.max(0, Math.round(box.x * scaleX)));
    const top = Math.min(this.#size.height - 1, Math.max(0, Math.round(box.y * scaleY)));
    const width = Math.max(1, Math.min(this.#size.width - left, Math.round(box.width * scaleX)));
    const height = Math.max(1, Math.min(this.#size.height - top, Math.round(box.height * scaleY)));
    return this.#jpeg(CROP_SIDE, { left, top, width, height });
  }

  #jpeg(side: number, region?: { left: number; top: number; width: number; height: number }): Promise<Buffer> {
    const raw = { width: this.#size.width, height: this.#size.height, channels: 3 as const };
    const image = sharp(this.#pixels, { raw });
    if (region) image.extract(region);
    return image
      .resize(side, side, { fit: "inside", withoutEnlargement: true })
      .jpeg({ quality: QUALITY, mozjpeg: false })
      .toBuffer();
  }
}
