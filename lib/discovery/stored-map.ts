import type { Arrays } from "../collection/record-log.js";
import type { ActivationMap } from "../features/activation-map.js";
import type { FirstValue } from "./first-pass.js";
import { unpackMap } from "./packed-map.js";
import type { Reextract } from "./reextract.js";

/** Arrays of a first-pass record that {@link storedMap} needs. */
export const MAP_ARRAYS = ["mask", "values"] as const;

/** The activation map of a record of the first pass: kept in it, or made again. */
export async function storedMap(
  { value, arrays }: { value: FirstValue; arrays: Arrays },
  reextract: Reextract | undefined,
  signal: AbortSignal | undefined,
): Promise<ActivationMap> {
  if (reextract) return reextract(value, signal);
  const { mask, values } = arrays as { mask: Uint8Array; values: Float32Array };
  return unpackMap({ mask, values }, value.map.height, value.map.width, value.channels);
}
