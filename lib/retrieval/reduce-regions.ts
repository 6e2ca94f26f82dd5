import { checkInteger } from "../check.js";
import { call, callAsync, type RunOptions } from "../native.js";
import { threadCount } from "../threads.js";
import { type RegionSet, regionStarts } from "./region-set.js";

/** Options of {@link reduceRegions}. */
export interface ReduceOptions {
  /** Vectors that an image keeps at most, from 1. Fewer: less memory, edges and time; small objects fade. */
  count: number;
  /** Steps of expectation maximisation at most; it mostly settles within 10. */
  iterations?: number | undefined;
  threads?: number | undefined;
}

const ITERATIONS = 50;

/**
 * Fewer vectors an image: the l2-normalised means of a Gaussian mixture fitted to its region vectors (section 4.4,
 * Figure 10; Iscen et al. 2017). An image with no more regions than `count` keeps them as they are. The same for every
 * run and number of threads.
 */
export async function reduceRegions(regions: RegionSet, options: ReduceOptions & RunOptions): Promise<RegionSet> {
  const starts = regionStarts(regions);
  const { data, rows, columns } = regions.vectors;
  const count = checkInteger("count", options.count, { min: 1 });
  const iterations = checkInteger("iterations", options.iterations ?? ITERATIONS, { min: 1, max: 10_000 });
  const threads = threadCount(options.threads);
  const reduced = new Int32Array(starts.length);
  call((native) => native.reducedStarts(data, rows, columns, starts, count, reduced));
  const left = reduced.at(-1) as number;
  const out = new Float32Array(left * columns);
  await callAsync(options, (native, control) =>
    native.reduceRegions(data, rows, columns, starts, reduced, iterations, threads, out, control),
  );
  const owner = new Int32Array(left);
  for (let image = 0; image < regions.images; image++) owner.fill(image, reduced[image], reduced[image + 1]);
  return { vectors: { data: out, rows: left, columns }, owner, images: regions.images };
}
