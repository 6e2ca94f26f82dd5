import { invalid } from "../check.js";
import { givenPairs } from "./given-pairs.js";
import type { FirstValue } from "./first-pass.js";
import type { MatchingPairs } from "./matching-pairs.js";
import { type PlacePair, readPairs } from "./pairs-file.js";
import type { Parameters, WhiteningMethod } from "./parameters.js";
import type { Photos } from "./photos.js";
import type { RecordStore } from "./record-store.js";
import type { Reextract } from "./reextract.js";
import type { RunContext } from "./run-context.js";
import { selfMadePairs, type ViewsValue } from "./self-made-pairs.js";

/** Parameters whose whitening says by which method it is learnt. */
export interface WhiteningChosen extends Parameters {
  whitening: Parameters["whitening"] & { method: WhiteningMethod };
}

/** From how many photos on `auto` takes their views: an eighth of them then teaches more than PCA finds by itself. */
export const PHOTOS_THAT_TEACH = 640;

/**
 * Settles what a run's whitening is learnt from, and reads the pairs where they are given.
 *
 * @param photos How many there are; 0 for activation maps alone.
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when the method lacks what it needs; `ERR_GROUND_TRUTH` when the pairs
 *   cannot be read.
 */
export async function chooseWhitening(
  parameters: Parameters,
  photos: number,
): Promise<{ parameters: WhiteningChosen; given: PlacePair[] }> {
  const { method, pairs } = parameters.whitening;
  const chosen = method === "auto" ? automatic(pairs, photos) : method;
  if (chosen === "self" && photos === 0) {
    throw invalid(
      "whitening.method",
      '"pairs", "pca" or "auto" where activation maps are given without photos',
      method,
    );
  }
  if ((chosen === "pairs") !== (pairs !== null)) {
    throw invalid(
      "whitening.pairs",
      chosen === "pairs" ? "a file of pairs" : `left out with method "${chosen}"`,
      pairs,
    );
  }
  return {
    parameters: { ...parameters, whitening: { ...parameters.whitening, method: chosen } },
    given: pairs === null ? [] : await readPairs(pairs),
  };
}

function automatic(pairs: string | null, photos: number): WhiteningMethod {
  if (pairs !== null) return "pairs";
  return photos >= PHOTOS_THAT_TEACH ? "self" : "pca";
}

/** What pairs are made from. */
export interface Lessons {
  given: readonly PlacePair[];
  /** Absent where activation maps are given. */
  photos?: Photos | undefined;
  /** Where the first pass did not keep the maps. */
  reextract?: Reextract | undefined;
}

/** The pairs that a run's whitening is taught by; undefined for PCA. @param openViews Where views are kept. */
export async function matchingPairs(
  lessons: Lessons,
  passed: { paths: readonly string[]; channels: number; first: RecordStore<FirstValue> },
  { whitening }: WhiteningChosen,
  context: RunContext,
  openViews?: () => Promise<RecordStore<ViewsValue>>,
): Promise<MatchingPairs | undefined> {
  const { given, photos, reextract } = lessons;
  if (whitening.method === "pairs") return givenPairs(given, { ...passed, reextract }, context);
  if (whitening.method !== "self" || !photos || !openViews) return undefined;
  const made = await selfMadePairs({ ...passed, photos, reextract, store: await openViews() }, whitening, context);
  if (!made) context.warn("no photo could be looked at again: the whitening is that of PCA");
  return made;
}
