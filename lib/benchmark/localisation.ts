import type { Collection } from "../collection/collection.js";
import type { ImageRecord } from "../collection/schema.js";
import { LeitmotifError, throwIfAborted } from "../errors.js";
import { corLoc } from "../evaluation/corloc.js";
import type { ResolvedTruth } from "../evaluation/ground-truth/resolve.js";
import { cellCoverage, histogram, saliencyPrecision } from "../evaluation/saliency-precision.js";
import type { RunOptions } from "../native.js";
import type { PixelBox } from "../regions/pixel-box.js";
import type { SaliencyMap } from "../saliency/saliency-map.js";
import type { Localisation, MapLocalisation } from "./evaluation.js";

/** Measures both saliency maps, and the regions detected in them, against the true boxes; null where none is known. */
export async function localise(
  collection: Collection,
  { boxes, sizes }: Pick<ResolvedTruth, "boxes" | "sizes">,
  { signal }: RunOptions,
): Promise<Localisation | null> {
  const known = [...boxes].filter(([, of]) => of.length > 0);
  if (known.length === 0) return null;
  const truth = known.map(([, of]) => of);
  const shares: number[] = [];
  const precisions = { feature: [] as number[], object: [] as number[] };
  const found = { feature: [] as PixelBox[][], object: [] as PixelBox[][] };
  for (const [id, of] of known) {
    throwIfAborted(signal);
    const image = collection.images[id] as ImageRecord;
    checkSize(image, sizes.get(id));
    const precision = (map: SaliencyMap) => saliencyPrecision(map, of, image);
    precisions.feature.push(precision(await collection.featureSaliency(id)));
    precisions.object.push(precision(await collection.objectSaliency(id)));
    found.feature.push(image.featureRegions.map(({ box }) => box));
    found.object.push(image.objectRegions.map(({ box }) => box));
    shares.push(mean(cellCoverage(image.map, of, image)));
  }
  return {
    images: known.length,
    boxShare: mean(shares),
    feature: measures(precisions.feature, found.feature, truth),
    object: measures(precisions.object, found.object, truth),
  };
}

function measures(precisions: number[], found: PixelBox[][], truth: (readonly PixelBox[])[]): MapLocalisation {
  const { any, first } = corLoc(found, truth);
  return { precision: mean(precisions), histogram: histogram(precisions), corLoc: { any, first } };
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** Boxes drawn on another version of the image (reduced, or not turned upright) would measure something else. */
function checkSize(image: ImageRecord, drawn: { width: number; height: number } | undefined): void {
  if (!drawn || (drawn.width === image.width && drawn.height === image.height)) return;
  throw new LeitmotifError(
    "ERR_GROUND_TRUTH",
    `the boxes of ${image.path} were drawn on an image of ${drawn.width} x ${drawn.height} pixels, and the collection's, ` +
      `upright, has ${image.width} x ${image.height}: annotate the images as they are in the collection`,
  );
}
