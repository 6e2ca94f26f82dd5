import { checkNumber, invalid } from "../check.js";
import { checkPixelBox, intersectionOverUnion, type PixelBox } from "../regions/pixel-box.js";

/** The share of images in which a found box hits a true one. */
export interface CorLoc {
  /** Share of images where any found box does. */
  readonly any: number;
  /** Share of images where the first does. */
  readonly first: number;
  /** Number of images with a true box, over which the shares are taken. */
  readonly images: number;
  /** For each image its best overlap (any box; first box) with a true one, NaN for an image without true boxes. */
  readonly overlaps: { readonly any: Float64Array; readonly first: Float64Array };
}

/**
 * Correct localisation: the share of images with a found box whose intersection over union with a true box is at least
 * `threshold`. Images without a true box are left out; one without a found box counts as missed.
 *
 * @param found per image, boxes in descending order of trust.
 * @param truth per image, in the same pixels.
 */
export function corLoc(
  found: readonly (readonly PixelBox[])[],
  truth: readonly (readonly PixelBox[])[],
  threshold = 0.5,
): CorLoc {
  if (found.length !== truth.length) throw invalid("truth", `boxes for each of the ${found.length} images`, truth);
  checkNumber("threshold", threshold, { above: 0, max: 1 });
  const overlaps = { any: new Float64Array(found.length), first: new Float64Array(found.length) };
  truth.forEach((boxes, i) => {
    const each = (found[i] as readonly PixelBox[]).map((box, j) =>
      bestOverlap(checkPixelBox(box, `found[${i}][${j}]`), boxes),
    );
    overlaps.any[i] = boxes.length === 0 ? Number.NaN : Math.max(0, ...each);
    overlaps.first[i] = boxes.length === 0 ? Number.NaN : (each[0] ?? 0);
  });
  const images = truth.filter((boxes) => boxes.length > 0).length;
  const share = (values: Float64Array) => values.filter((overlap) => overlap >= threshold).length / images;
  return { any: share(overlaps.any), first: share(overlaps.first), images, overlaps };
}

function bestOverlap(box: PixelBox, truth: readonly PixelBox[]): number {
  return Math.max(0, ...truth.map((other) => intersectionOverUnion(box, other)));
}
