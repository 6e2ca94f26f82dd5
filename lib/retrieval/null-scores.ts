import { checkArray, checkNumber, invalid } from "../check.js";

/**
 * What the best score of a query comes to when nothing matches, measured on distractor queries: images known to show
 * nothing of the collection. By it scores of different queries compare, and a query can be said to match nothing.
 */
export class NullScores {
  /** Best scores of the distractor queries, ascending. */
  readonly scores: Float32Array;

  /** @param best the best score of each distractor query; at least one. */
  constructor(best: Float32Array) {
    this.scores = checkArray("best", best, Float32Array).slice().sort();
    if (best.length === 0 || best.some(Number.isNaN)) throw invalid("best", "at least one score, none NaN", best);
  }

  /**
   * How often a query that matches nothing would reach `score` all the same: (distractors at least as good + 1) /
   * (distractors + 1). In (0, 1]; small means that something matches.
   */
  chance(score: number): number {
    checkNumber("score", score);
    let low = 0;
    let high = this.scores.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.scores[middle] as number) < score) low = middle + 1;
      else high = middle;
    }
    return (this.scores.length - low + 1) / (this.scores.length + 1);
  }

  /** The least score whose {@link NullScores.chance} is at most `chance`; Infinity when there are too few distractors to tell. */
  threshold(chance: number): number {
    checkNumber("chance", chance, { above: 0, max: 1 });
    const allowed = Math.floor(chance * (this.scores.length + 1) + 1e-9) - 1;
    if (allowed < 0) return Number.POSITIVE_INFINITY;
    if (allowed >= this.scores.length) return Number.NEGATIVE_INFINITY;
    return nextAbove(this.scores[this.scores.length - 1 - allowed] as number);
  }
}

/** The next larger float32. */
function nextAbove(value: number): number {
  const word = new Float32Array([value]);
  const bits = new Int32Array(word.buffer);
  if (value === 0) bits[0] = 1;
  else bits[0] = (bits[0] as number) + (value > 0 ? 1 : -1);
  return word[0] as number;
}
