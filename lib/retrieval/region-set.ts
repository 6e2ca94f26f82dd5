import { checkArray, checkInteger, checkObject, invalid } from "../check.js";
import { checkMatrix, type Matrix } from "../descriptors/matrix.js";

/** Several vectors an image: row i of `vectors` belongs to image `owner[i]`. */
export interface RegionSet {
  /** l2-normalised region vectors (n, d). */
  readonly vectors: Matrix;
  /** n ids of images, never falling from one row to the next; an image may have no region. */
  readonly owner: Int32Array;
  readonly images: number;
}

/** Checks a region set. Returns where each image's rows begin, `images + 1` values. */
export function regionStarts(regions: RegionSet, name = "regions"): Int32Array {
  checkObject(name, regions);
  const { rows } = checkMatrix(regions.vectors, `${name}.vectors`);
  const images = checkInteger(`${name}.images`, regions.images, { min: 0, max: 2 ** 31 - 2 });
  const owner = checkArray(`${name}.owner`, regions.owner, Int32Array, rows);
  const starts = new Int32Array(images + 1);
  let before = 0;
  for (let i = 0; i < rows; i++) {
    const image = owner[i] as number;
    if (image < before || image >= images) {
      throw invalid(`${name}.owner[${i}]`, `an image from ${before} to ${images - 1}, ascending`, image);
    }
    starts[image + 1] = i + 1;
    before = image;
  }
  for (let i = 1; i <= images; i++) starts[i] = Math.max(starts[i] as number, starts[i - 1] as number);
  return starts;
}
