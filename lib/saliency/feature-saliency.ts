import { checkNumber, withDefaults } from "../check.js";
import { type ActivationMap, checkActivationMap, packActivationMaps } from "../features/activation-map.js";
import { call, callAsync, type RunOptions } from "../native.js";
import { type ThreadOptions, threadCount } from "../threads.js";
import type { SaliencyMap } from "./saliency-map.js";

/** Options of {@link featureSaliency} (section 3.3). */
export interface FeatureSaliencyOptions {
  /** Added to each channel's share of active positions (eq. 1), so that a silent channel has a finite weight. 0..1. */
  epsilon: number;
}

/** Defaults of {@link FeatureSaliencyOptions}. */
export const FEATURE_SALIENCY_DEFAULTS: Readonly<FeatureSaliencyOptions> = { epsilon: 1e-6 };

/**
 * Channel weights b (c) of an activation map: the rarer a channel is active, the heavier (section 3.3, eq. 1).
 *
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when the map is not (h, w, c), finite and non-negative.
 */
export function channelWeights(map: ActivationMap, options?: Partial<FeatureSaliencyOptions>): Float32Array {
  const { data, height, width, channels } = checkActivationMap(map);
  const epsilon = resolve(options);
  const out = new Float32Array(channels);
  call((native) => native.channelWeights(data, height, width, channels, epsilon, out));
  return out;
}

/**
 * Feature saliency (FS) map of an image (section 3.3): the activation map's channels, weighted by eq. 1, summed by
 * eq. 2 and normalised as CroW does with a = b = 2. Values lie in [0, 1]; a map without activation gives zeros.
 *
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when the map is not (h, w, c), finite and non-negative.
 */
export function featureSaliency(map: ActivationMap, options?: Partial<FeatureSaliencyOptions>): SaliencyMap {
  const { maps, shapes } = packActivationMaps([checkActivationMap(map)]);
  const epsilon = resolve(options);
  const out = emptySaliency(map);
  call((native) => native.featureSaliency(maps, shapes, epsilon, [out.data], 1));
  return out;
}

/** {@link featureSaliency} of many maps, off the event loop and on several threads. */
export async function featureSaliencyBatch(
  maps: readonly ActivationMap[],
  options?: Partial<FeatureSaliencyOptions>,
  run: RunOptions & ThreadOptions = {},
): Promise<SaliencyMap[]> {
  const packed = packActivationMaps(maps);
  const epsilon = resolve(options);
  const threads = threadCount(run.threads);
  const out = maps.map(emptySaliency);
  const outs = out.map(({ data }) => data);
  await callAsync(run, (native, control) =>
    native.featureSaliency(packed.maps, packed.shapes, epsilon, outs, threads, control),
  );
  return out;
}

function emptySaliency({ height, width }: ActivationMap): SaliencyMap {
  return { data: new Float32Array(height * width), height, width };
}

function resolve(options: Partial<FeatureSaliencyOptions> | undefined): number {
  const { epsilon } = withDefaults("featureSaliency options", options, FEATURE_SALIENCY_DEFAULTS);
  return checkNumber("epsilon", epsilon, { min: 0, max: 1 });
}
