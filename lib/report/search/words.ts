import type { SearchResult } from "../../search/result.js";
import { counted } from "../../format.js";

/** A chance as a reader wants it: 0.004 -> "under 1 %", 0.234 -> "23 %". */
export function percent(chance: number): string {
  return chance < 0.01 ? "under 1 %" : `${Math.round(100 * chance)} %`;
}

/** What a search found, in a sentence and one that says why. */
export function verdictOf({ verdict, hits, searched }: SearchResult): { headline: string; reason: string } {
  const { similarity, chance, least, matches } = verdict;
  if (searched === 0 || hits.length === 0) return { headline: "There is nothing to search.", reason: "" };
  const best = `The most similar photo has ${similarity.toFixed(2)}`;
  if (chance === null) return { headline: `${counted(hits.length, "result")}.`, reason: `${best}.` };
  const often = `queries that show nothing of the collection reach that in ${percent(chance)} of cases`;
  if (matches === false)
    return { headline: "Nothing in the collection matches this query.", reason: `${best}; ${often}.` };
  const direct = hits.filter((hit) => hit.chance !== null && hit.chance <= least).length;
  return {
    headline: `${counted(direct, "of the results matches", "of the results match")}.`,
    reason: `${best}; ${often}.`,
  };
}
