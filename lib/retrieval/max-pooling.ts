import { checkArray, checkNumber } from "../check.js";
import { callAsync, type RunOptions } from "../native.js";
import { threadCount } from "../threads.js";
import { type RegionSet, regionStarts } from "./region-set.js";

/** What an image's Gram matrix is regularised by (Iscen et al. 2017). */
const LAMBDA = 1;

/**
 * Generalised max pooling weights of an image's regions (Iscen et al. 2017, section 4): c of (V Vᵀ + λ I) c = 1, V the
 * image's region vectors. Regions much alike share their weight.
 *
 * @param options `lambda`: above 0, default 1; the larger, the more alike the weights.
 * @returns one weight a region, for {@link poolToImages}.
 */
export async function generalisedMaxPooling(
  regions: RegionSet,
  options: { lambda?: number | undefined; threads?: number | undefined } & RunOptions = {},
): Promise<Float32Array> {
  const starts = regionStarts(regions);
  const { data, rows, columns } = regions.vectors;
  const lambda = checkNumber("lambda", options.lambda ?? LAMBDA, { min: 1e-9 });
  const threads = threadCount(options.threads);
  const weights = new Float32Array(rows);
  await callAsync(options, (native, control) =>
    native.generalisedMaxPooling(data, rows, columns, starts, lambda, threads, weights, control),
  );
  return weights;
}

/** Scores of images from those of their regions: the weighted sum of each image's. An image without regions gets 0. */
export function poolToImages(scores: Float32Array, weights: Float32Array, regions: RegionSet): Float32Array {
  regionStarts(regions);
  const { rows } = regions.vectors;
  checkArray("scores", scores, Float32Array, rows);
  checkArray("weights", weights, Float32Array, rows);
  const sums = new Float64Array(regions.images);
  for (let i = 0; i < rows; i++) {
    const image = regions.owner[i] as number;
    sums[image] = (sums[image] as number) + (scores[i] as number) * (weights[i] as number);
  }
  return Float32Array.from(sums);
}
