import { resolve } from "node:path";
import { messageOf, throwIfAborted } from "../errors.js";
import type { ActivationExtractor } from "../features/activation-extractor.js";
import type { ActivationMap } from "../features/activation-map.js";
import type { FirstValue } from "./first-pass.js";
import type { RunContext } from "./run-context.js";
import { fileImage } from "./source.js";

/** Makes the activation map of an image again, where the first pass did not keep it. */
export type Reextract = (value: FirstValue, signal: AbortSignal | undefined) => Promise<ActivationMap>;

/** Extracts an image's map again; one that has changed or gone since the first pass has nothing active any more. */
export function reextraction(folder: string, extractor: ActivationExtractor, context: RunContext): Reextract {
  const root = resolve(folder);
  return async ({ path, sha256, map: { width, height }, channels }, signal) => {
    try {
      const loaded = await fileImage(root, path, extractor).load(signal);
      if (loaded.sha256 === sha256) return loaded.map;
      context.warn(`${path} changed during the run and has no object saliency; run again`);
    } catch (error) {
      throwIfAborted(signal);
      context.warn(`${path} could not be read again and has no object saliency: ${messageOf(error)}`);
    }
    return { data: new Float32Array(width * height * channels), height, width, channels };
  };
}
