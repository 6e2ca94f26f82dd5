import { type GlobalDescriptor, type GlobalDescriptorParts, globalVector } from "../descriptors/global.js";
import type { ActivationMap } from "../features/activation-map.js";

/** Global descriptors that the image alone gives, and those that need its object saliency: one pass makes each. */
export const FIRST_DESCRIPTORS = ["MAC", "R-MAC", "FS.EGM"] as const satisfies GlobalDescriptor[];
export const SECOND_DESCRIPTORS = ["OS.EGM", "OS.EGM-Delta"] as const satisfies GlobalDescriptor[];

/** The kinds that a collection holds. */
export const DESCRIPTORS = [...FIRST_DESCRIPTORS, ...SECOND_DESCRIPTORS] as const;

/** The global vectors of an image of several kinds, by their names. */
export function globalVectors(
  kinds: readonly GlobalDescriptor[],
  map: ActivationMap,
  parts: GlobalDescriptorParts,
  options: { wholeMap: boolean },
): Record<string, Float32Array> {
  return Object.fromEntries(kinds.map((kind) => [kind, globalVector(kind, map, parts, options)]));
}
