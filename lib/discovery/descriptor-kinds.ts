import { checkList, checkOneOf, invalid } from "../check.js";
import {
  GLOBAL_DESCRIPTORS,
  type GlobalDescriptor,
  type GlobalDescriptorParts,
  globalVector,
  needsObjectSaliency,
} from "../descriptors/global.js";
import type { ActivationMap } from "../features/activation-map.js";

/** Checks the kinds that a collection is to hold; gives them in their usual order, each once. */
export function checkKinds(kinds: readonly GlobalDescriptor[]): GlobalDescriptor[] {
  const name = "descriptors.kinds";
  checkList(name, kinds).forEach((kind, i) => checkOneOf(`${name}[${i}]`, kind, GLOBAL_DESCRIPTORS));
  if (kinds.length === 0) throw invalid(name, "at least one kind", kinds);
  return GLOBAL_DESCRIPTORS.filter((kind) => kinds.includes(kind));
}

/** Those of the kinds that the first pass over the images makes: from the image alone. */
export function firstPassKinds(kinds: readonly GlobalDescriptor[]): GlobalDescriptor[] {
  return kinds.filter((kind) => !needsObjectSaliency(kind));
}

/** Those of the kinds that the second pass makes: from object saliency. */
export function secondPassKinds(kinds: readonly GlobalDescriptor[]): GlobalDescriptor[] {
  return kinds.filter(needsObjectSaliency);
}

/** The global vectors of an image of several kinds, by their names. */
export function globalVectors(
  kinds: readonly GlobalDescriptor[],
  map: ActivationMap,
  parts: GlobalDescriptorParts,
  options: { wholeMap: boolean },
): Record<string, Float32Array> {
  return Object.fromEntries(kinds.map((kind) => [kind, globalVector(kind, map, parts, options)]));
}
