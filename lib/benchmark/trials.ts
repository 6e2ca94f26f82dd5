import type { Manifest } from "../collection/schema.js";
import type { ResolvedQuery } from "../evaluation/ground-truth/resolve.js";
import { checkMethods, isRegionMethod, REGION_METHODS } from "./methods.js";
import type { EvaluateOptions } from "./options.js";
import { isStored } from "./query-vectors.js";

/** Above so many regions, diffusion over them is left out where nobody asks for it by name: its graph takes gigabytes. */
const MANY_REGIONS = 300_000;

/** A method, and whether it is measured without diffusion, with it, or both. */
export interface PlannedTrial {
  readonly method: string;
  readonly diffusion: readonly boolean[];
}

/**
 * What is measured: the methods asked for, or all that can be.
 *
 * @param fed whether queries can be fed although the collection has no network.
 * @returns with notes on what is left out.
 * @throws {LeitmotifError} as {@link checkMethods}.
 */
export function planTrials(
  { descriptors, model, counts }: Manifest,
  queries: readonly ResolvedQuery[],
  { methods, diffusion }: Pick<EvaluateOptions, "methods" | "diffusion">,
  fed: boolean,
): { trials: PlannedTrial[]; notes: string[] } {
  if (methods) {
    return { trials: checkMethods(methods, descriptors).map((method) => ({ method, diffusion })), notes: [] };
  }
  const notes: string[] = [];
  const trials = [...descriptors, ...REGION_METHODS].flatMap((method): PlannedTrial[] => {
    if (!isRegionMethod(method)) return [{ method, diffusion }];
    if (method === "regions" && model === null && !fed && queries.some(isStored)) {
      notes.push("regions is left out: it feeds whole images, and the collection was made of given activation maps");
      return [];
    }
    if (counts.regions <= MANY_REGIONS || !diffusion.includes(true)) return [{ method, diffusion }];
    notes.push(`${method} with diffusion is left out: the graph of all regions is large; ask for it by name`);
    return diffusion.includes(false) ? [{ method, diffusion: [false] }] : [];
  });
  return { trials, notes };
}
