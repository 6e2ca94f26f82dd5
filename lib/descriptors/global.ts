import { checkOneOf, invalid, withDefaults } from "../check.js";
import { type ActivationMap, checkActivationMap } from "../features/activation-map.js";
import { callAsync, type RunOptions } from "../native.js";
import { checkList } from "../check.js";
import type { Rectangle } from "../regions/region.js";
import { uniformRegions, uniformWithin } from "../regions/uniform.js";
import type { SaliencyMap } from "../saliency/saliency-map.js";
import { type ThreadOptions, threadCount } from "../threads.js";
import { checkMatrix, type Matrix } from "./matrix.js";
import { aggregate, crow, gem, mac, spoc, weightedMac } from "./pooling.js";
import { Whitening } from "./whitening.js";

/**
 * Kinds of global descriptor (sections 3.9 and 4.4). From the map alone: `MAC`, `SPoC`, `CroW`, `GeM`, `R-MAC` (the
 * paper's "Uniform"). From regions detected in the FS or OS map: `FS.EGM`, `OS.EGM`, `OS.EGM-Delta`, which adds uniform
 * regions inside each, and `FS.wEGM`, `OS.wEGM`, which weigh each region by its mean saliency. From the FS or OS map
 * itself: `FS.wMAC`, `OS.wMAC`, the maximum of the activation map weighted by it.
 */
export const GLOBAL_DESCRIPTORS = [
  "MAC",
  "SPoC",
  "CroW",
  "GeM",
  "R-MAC",
  "FS.EGM",
  "OS.EGM",
  "OS.EGM-Delta",
  "FS.wEGM",
  "OS.wEGM",
  "FS.wMAC",
  "OS.wMAC",
] as const;
/** A name in {@link GLOBAL_DESCRIPTORS}. */
export type GlobalDescriptor = (typeof GLOBAL_DESCRIPTORS)[number];

/** What some kinds need beside the activation map, of the FS map or of the OS map as the kind's name begins. */
export interface GlobalDescriptorParts {
  /** Regions detected in the map, with their saliency for the kinds that weigh by it. None: the whole map. */
  regions?: readonly (Rectangle & { readonly saliency?: number | undefined })[] | undefined;
  /** The map. */
  saliency?: SaliencyMap | undefined;
}

/** Whether a kind is made from object saliency, which takes a second pass over the images. */
export function needsObjectSaliency(kind: GlobalDescriptor): boolean {
  return kind.startsWith("OS.");
}

/** Options of {@link globalVector}. */
export interface GlobalDescriptorOptions {
  /** `R-MAC`: whether the whole map counts as one more region, as in public code. */
  wholeMap: boolean;
  /** `GeM`: the power p; above 0. */
  p: number;
  /** `FS.wMAC`, `OS.wMAC`: the power of the saliency; at least 0. */
  gamma: number;
}

/** Defaults of {@link GlobalDescriptorOptions}. */
export const GLOBAL_DESCRIPTOR_DEFAULTS: Readonly<GlobalDescriptorOptions> = { wholeMap: false, p: 3, gamma: 0.5 };

/**
 * The global vector of an image, before whitening: the sum of the l2-normalised maxima of its regions, or what the
 * baselines have in its place.
 *
 * @returns (c).
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when the kind is unknown, lacks the regions or saliency map that it
 * is made from, or one of these does not fit the map.
 */
export function globalVector(
  kind: GlobalDescriptor,
  map: ActivationMap,
  parts: GlobalDescriptorParts = {},
  options?: Partial<GlobalDescriptorOptions>,
): Float32Array {
  const { height, width } = checkActivationMap(map);
  const { wholeMap, p, gamma } = withDefaults("globalVector options", options, GLOBAL_DESCRIPTOR_DEFAULTS);
  withDefaults("globalVector parts", parts, {}, ["regions", "saliency"]);
  switch (checkOneOf("kind", kind, GLOBAL_DESCRIPTORS)) {
    case "MAC":
      return mac(map);
    case "R-MAC":
      return aggregate(map, uniformRegions(height, width, { wholeMap }));
    case "FS.EGM":
    case "OS.EGM":
      return aggregate(map, needed(kind, "regions", parts.regions));
    case "OS.EGM-Delta": {
      const regions = checkList("parts.regions", needed(kind, "regions", parts.regions)) as readonly Rectangle[];
      return aggregate(
        map,
        regions.flatMap((region) => [region, ...uniformWithin(region)]),
      );
    }
    case "GeM":
      return gem(map, p);
    case "SPoC":
      return spoc(map);
    case "CroW":
      return crow(map);
    case "FS.wEGM":
    case "OS.wEGM":
      return weightedRegions(kind, map, parts);
    case "FS.wMAC":
    case "OS.wMAC":
      return weightedMac(map, needed(kind, "saliency", parts.saliency), gamma);
  }
}

function weightedRegions(kind: GlobalDescriptor, map: ActivationMap, parts: GlobalDescriptorParts): Float32Array {
  const regions = needed(kind, "regions", parts.regions);
  const weights = regions.map(({ saliency }, i) => needed(kind, `regions[${i}].saliency`, saliency));
  return aggregate(map, regions, Float32Array.from(weights));
}

function needed<T>(kind: GlobalDescriptor, name: string, value: T | undefined): T {
  if (value === undefined) throw invalid(`parts.${name}`, `given for ${kind}`, value);
  return value;
}

/** Options of {@link whitenGlobalVectors}. */
export interface WhitenGlobalOptions {
  /**
   * What is subtracted from the l2-normalised vectors: `"own"`, their own mean, for each kind of global vector has
   * another; or `"whitening"`, the mean of the region vectors that the whitening was learnt on, as in the paper.
   */
  mean: "own" | "whitening";
}

/** Defaults of {@link WhitenGlobalOptions}. */
export const WHITEN_GLOBAL_DEFAULTS: Readonly<WhitenGlobalOptions> = { mean: "own" };

// Unit vectors are taken to be all the same when their variance, 1 - |mean|^2, is below this: it is what float32 leaves.
const SAME = 1e-6;

/**
 * Whitens the global vectors (n, c) of a collection, each as one vector (section 3.9).
 *
 * Vectors that are all the same (a single image, copies of one) have nothing left once their own mean is subtracted:
 * the whitening's is then kept.
 *
 * @returns `descriptors` (n, d), unit rows (a zero vector gives a zero row), and the `whitening` that made them: queries
 * of the same kind go through it.
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when the vectors do not have the whitening's channels or are not
 * finite; `ERR_ABORTED`.
 */
export async function whitenGlobalVectors(
  vectors: Matrix,
  whitening: Whitening,
  options: Partial<WhitenGlobalOptions> & ThreadOptions = {},
  run: RunOptions = {},
): Promise<{ descriptors: Matrix; whitening: Whitening }> {
  const { rows, columns, data } = checkMatrix(vectors, "vectors");
  if (!(whitening instanceof Whitening)) throw invalid("whitening", "a Whitening", whitening);
  const chosen = withDefaults("whitenGlobalVectors options", options, WHITEN_GLOBAL_DEFAULTS, ["threads"]);
  const threads = threadCount(options.threads);
  let used = whitening;
  if (checkOneOf("mean", chosen.mean, ["own", "whitening"]) === "own" && rows > 0 && columns === whitening.channels) {
    const mean = new Float32Array(columns);
    await callAsync({ signal: run.signal }, (native, control) =>
      native.meanDirection(data, rows, columns, threads, mean, control),
    );
    if (1 - mean.reduce((sum, v) => sum + v * v, 0) > SAME) used = whitening.withMean(mean);
  }
  return { descriptors: await used.applyBatch(vectors, { threads }, run), whitening: used };
}
