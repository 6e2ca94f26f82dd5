/** Reads image files into 8-bit sRGB, as every later stage takes them. */
import sharp, { type Metadata, type Sharp } from "sharp";
import { checkArray, checkInteger, checkObject, withDefaults } from "../check.js";
import { LeitmotifError, messageOf } from "../errors.js";

// One image is decoded by one thread; how many are decoded at a time is the caller's choice. Each file is read once, so
// that libvips' cache would only hold memory.
sharp.concurrency(1);
sharp.cache(false);

/** Pixels in 8-bit sRGB, row-major (`data[(y * width + x) * 3 + c]`), upright. */
export interface RgbImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Size in the file, upright, before the longest side was limited; by default that of the pixels. */
  readonly originalWidth?: number;
  readonly originalHeight?: number;
}

/** How images are read. */
export interface ImageOptions {
  /** Longest side in pixels after reading; a larger image is reduced. 1..65535. */
  maxSide: number;
  /** Images of more pixels than this in the file are refused before they are decoded. */
  maxPixels: number;
}

/** Width and height, in pixels or cells. */
export interface Size {
  width: number;
  height: number;
}

/** Defaults of {@link ImageOptions}. */
export const IMAGE_DEFAULTS: Readonly<ImageOptions> = { maxSide: 1024, maxPixels: 2 ** 28 };

const FORMATS = ["jpeg", "png", "webp", "heif", "gif", "tiff"];
const FORMAT_NAMES = "JPEG, PNG, WebP, AVIF, GIF and TIFF";

/** What shines through transparent pixels: middle grey, on which both dark and light drawings stand out. */
const BACKGROUND = { r: 128, g: 128, b: 128 };

/**
 * Reads an image: turned upright by its EXIF orientation, converted from CMYK, grey, Lab, 16 bits or another colour
 * profile to 8-bit sRGB, transparency laid over middle grey, the first page or frame of several, its longest side
 * limited by `maxSide`.
 *
 * @param source A file's path, or the bytes of a file.
 * @throws {LeitmotifError} `ERR_IMAGE` that names the file and why it cannot be used.
 */
export async function readImage(
  source: string | Uint8Array,
  options?: Partial<ImageOptions>,
): Promise<Required<RgbImage>> {
  const { maxSide, maxPixels } = checkImageOptions(options);
  return decodeImage(source, { width: maxSide, height: maxSide }, maxPixels);
}

/** {@link readImage} within a limit for each side; an image whose longest side is below `enlargeTo` is enlarged to it. */
export async function decodeImage(
  source: string | Uint8Array,
  limit: Size,
  maxPixels: number,
  enlargeTo = 0,
): Promise<Required<RgbImage>> {
  const image = open(source);
  try {
    const metadata = await image.metadata();
    checkFormat(metadata);
    checkPixels(metadata, maxPixels);
    const { width: originalWidth, height: originalHeight } = metadata.autoOrient;
    const { width, height } = limitSize(metadata.autoOrient, limit, enlargeTo);
    const data = await toRgb(image.autoOrient().resize({ width, height, fit: "fill" }));
    return { data, width, height, originalWidth, originalHeight };
  } catch (cause) {
    throw new LeitmotifError("ERR_IMAGE", `${nameOf(source)} cannot be used: ${reason(cause)}`, { cause });
  }
}

/** Checks pixels that a caller passes, and limits their sides in the same way. */
export async function fitImage(image: RgbImage, limit: Size): Promise<Required<RgbImage>> {
  checkObject("image", image);
  const width = checkInteger("image.width", image.width, { min: 1 });
  const height = checkInteger("image.height", image.height, { min: 1 });
  const data = checkArray("image.data", image.data, Uint8Array, width * height * 3);
  const originalWidth = checkInteger("image.originalWidth", image.originalWidth ?? width, { min: 1 });
  const originalHeight = checkInteger("image.originalHeight", image.originalHeight ?? height, { min: 1 });
  const size = limitSize({ width, height }, limit);
  if (size.width === width && size.height === height) return { data, width, height, originalWidth, originalHeight };
  return { ...(await resizeImage({ data, width, height }, size)), originalWidth, originalHeight };
}

/** Pixels at another size. */
export async function resizeImage({ data, width, height }: RgbImage, size: Size): Promise<RgbImage> {
  const raw = sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
  return { data: await toRgb(raw.resize({ ...size, fit: "fill" })), ...size };
}

export function checkImageOptions(options: Partial<ImageOptions> | undefined): ImageOptions {
  const resolved = withDefaults("options", options, IMAGE_DEFAULTS);
  checkInteger("maxSide", resolved.maxSide, { min: 1, max: 65535 });
  checkInteger("maxPixels", resolved.maxPixels, { min: 1 });
  return resolved;
}

/** The size within the limit, the longest side at least `enlargeTo`, the proportions kept, and both sides at least 1. */
function limitSize({ width, height }: Size, limit: Size, enlargeTo = 0): Size {
  const enlarged = Math.max(1, enlargeTo / Math.max(width, height));
  const scale = Math.min(enlarged, limit.width / width, limit.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

function open(source: string | Uint8Array): Sharp {
  if (typeof source === "string" ? source === "" : !(source instanceof Uint8Array && source.length > 0)) {
    throw new LeitmotifError("ERR_INVALID_ARGUMENT", "an image must be the path of a file, or the bytes of one");
  }
  // The limit is checked on the metadata, before anything is decoded and with the size in the message.
  return sharp(source, { limitInputPixels: false, failOn: "error" });
}

async function toRgb(image: Sharp): Promise<Uint8Array> {
  const { data, info } = await image
    .flatten({ background: BACKGROUND })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
  return info.channels === 3 ? bytes : greyToRgb(bytes, info.channels);
}

function greyToRgb(data: Uint8Array, channels: number): Uint8Array {
  const out = new Uint8Array((data.length / channels) * 3);
  for (let i = 0, j = 0; i < data.length; i += channels, j += 3) out.fill(data[i] ?? 0, j, j + 3);
  return out;
}

function checkFormat({ format, compression }: Metadata): void {
  if (FORMATS.includes(format) && (format !== "heif" || compression === "av1")) return;
  throw new LeitmotifError("ERR_IMAGE", `its format is ${format}, and only ${FORMAT_NAMES} are read`);
}

function checkPixels({ width, height }: Metadata, maxPixels: number): void {
  if (width * height <= maxPixels) return;
  throw new LeitmotifError(
    "ERR_IMAGE",
    `its ${width} x ${height} pixels are more than the limit of ${maxPixels} (raise maxPixels to read it all the same)`,
  );
}

function nameOf(source: string | Uint8Array): string {
  return typeof source === "string" ? source : `the image of ${source.length} bytes`;
}

/** The reason in words that say what is wrong, from libvips' message. */
function reason(error: unknown): string {
  if (error instanceof LeitmotifError) return error.message;
  const message = messageOf(error);
  if (/Input file is missing/i.test(message)) return "there is no such file";
  if (/unsupported image format|bad seek/i.test(message))
    return `it is not an image that can be read (${FORMAT_NAMES})`;
  const lines = message.split("\n").map((line) => line.trim());
  return `it is damaged or incomplete (${[...new Set(lines)].filter(Boolean).join("; ")})`;
}
