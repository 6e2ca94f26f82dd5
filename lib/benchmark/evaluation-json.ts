import type { Collection } from "../collection/collection.js";
import { VERSION } from "../version.js";
import type { EvaluateOptions } from "./options.js";
import type { Evaluation } from "./evaluation.js";

/** An evaluation as JSON, with what it was of (docs/evaluation.md). */
export function evaluationJson(
  evaluation: Evaluation,
  { path, manifest }: Pick<Collection, "path" | "manifest">,
  groundTruth: string,
  options: Pick<EvaluateOptions, "seed">,
) {
  const { source, model, counts, parameters } = manifest;
  return {
    leitmotif: VERSION,
    collection: { path, source, model, counts, parameters },
    groundTruth,
    seed: options.seed,
    ...evaluation,
  };
}

export type EvaluationDocument = ReturnType<typeof evaluationJson>;
