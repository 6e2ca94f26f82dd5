/** Leitmotif's public interface, in the order in which data passes through the method. */

export { type ErrorCode, LeitmotifError } from "./errors.js";
export type { ActivationMap } from "./features/activation-map.js";
export type { RunOptions } from "./native.js";
export {
  channelWeights,
  FEATURE_SALIENCY_DEFAULTS,
  type FeatureSaliencyOptions,
  featureSaliency,
} from "./saliency/feature-saliency.js";
export type { SaliencyMap } from "./saliency/saliency-map.js";
export type { Rectangle, Region } from "./regions/region.js";
export type { Matrix } from "./descriptors/matrix.js";
