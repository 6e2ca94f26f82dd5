import { checkInteger, checkObject, invalid } from "../check.js";

/** What the ground truth says of one query, as ids of database images. */
export interface Relevance {
  /** The images to be found. */
  readonly positive: readonly number[];
  /** Images taken out of the ranking before ranks are counted; one that is also listed as positive is never found. */
  readonly junk?: readonly number[] | undefined;
}

/**
 * The 0-based ranks of the positives, counted with the junk taken out. Their number falls short of the positives' where
 * the ranking is cut short.
 */
export function positiveRanks(ranking: ArrayLike<number>, { positive, junk }: Relevance): number[] {
  const ignored = new Set(junk);
  const wanted = new Set(positive);
  const found = new Set<number>();
  const ranks: number[] = [];
  let rank = 0;
  for (let i = 0; i < ranking.length; i++) {
    const id = ranking[i] as number;
    if (ignored.has(id)) continue;
    if (found.has(id)) throw invalid("ranking", "an order of distinct images", `image ${id} at two places`);
    if (wanted.has(id)) {
      found.add(id);
      ranks.push(rank);
    }
    rank++;
  }
  return ranks;
}

/**
 * Average precision by the protocol of Oxford buildings (section 4.1): the area under the precision-recall curve by
 * trapezoids. The j-th positive found (0-based), at rank r, adds (j/r + (j+1)/(r+1)) / (2 · positives), precision before
 * the first image being 1; a positive that is not ranked adds 0.
 *
 * @param ranking ids of images, the best first; each at most once.
 * @returns 0..1.
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when there is no positive (the measure is then undefined), or when the
 * ranking holds a positive twice.
 */
export function averagePrecision(ranking: ArrayLike<number>, relevance: Relevance): number {
  return trapezoids(positiveRanks(ranking, relevance), countPositives(relevance));
}

/**
 * Precision at k by the protocol of Revisited Oxford and Paris (Radenović et al., CVPR 2018): the share of positives
 * among the first k images, junk taken out, where k is cut to the rank of the last positive, so that a query with fewer
 * than k positives can still reach 1.
 *
 * @returns 0..1; 0 when no positive is ranked.
 * @throws {LeitmotifError} as {@link averagePrecision}.
 */
export function precisionAt(k: number, ranking: ArrayLike<number>, relevance: Relevance): number {
  checkInteger("k", k, { min: 1 });
  countPositives(relevance);
  return shareWithin(k, positiveRanks(ranking, relevance));
}

/** How well queries were answered. */
export interface RankingMeasures {
  /** Mean of {@link averagePrecision} over the measured queries; NaN when there is none. */
  readonly mAP: number;
  /** Mean of {@link precisionAt} for each cutoff asked for. */
  readonly meanPrecisionAt: ReadonlyMap<number, number>;
  /** Average precision of each query, in order; NaN for a query without positives, which no mean counts. */
  readonly averagePrecisions: Float64Array;
  /** How many queries the means are over. */
  readonly measured: number;
}

/**
 * Mean average precision and mean precision at some cutoffs over queries. A query without positives is left out of the
 * means, as the published protocols do.
 */
export function measureRankings(
  rankings: readonly ArrayLike<number>[],
  relevances: readonly Relevance[],
  cutoffs: readonly number[] = [],
): RankingMeasures {
  if (rankings.length !== relevances.length) {
    throw invalid("relevances", `one entry for each of the ${rankings.length} rankings`, relevances);
  }
  cutoffs.forEach((k) => checkInteger("cutoffs", k, { min: 1 }));
  const averagePrecisions = new Float64Array(rankings.length).fill(Number.NaN);
  const precisions = cutoffs.map(() => 0);
  let measured = 0;
  let sum = 0;
  rankings.forEach((ranking, i) => {
    const relevance = relevances[i] as Relevance;
    const positives = new Set(relevance.positive).size;
    if (positives === 0) return;
    const ranks = positiveRanks(ranking, relevance);
    sum += averagePrecisions[i] = trapezoids(ranks, positives);
    cutoffs.forEach((k, j) => (precisions[j] = (precisions[j] as number) + shareWithin(k, ranks)));
    measured++;
  });
  return {
    mAP: sum / measured,
    meanPrecisionAt: new Map(cutoffs.map((k, j) => [k, (precisions[j] as number) / measured])),
    averagePrecisions,
    measured,
  };
}

function countPositives(relevance: Relevance): number {
  const { size } = new Set((checkObject("relevance", relevance) as unknown as Relevance).positive);
  if (size === 0) throw invalid("positive", "at least one image: precision is undefined without", relevance.positive);
  return size;
}

function trapezoids(ranks: readonly number[], positives: number): number {
  let area = 0;
  ranks.forEach((r, j) => {
    const before = r === 0 ? 1 : j / r;
    area += (before + (j + 1) / (r + 1)) / 2;
  });
  return area / positives;
}

function shareWithin(k: number, ranks: readonly number[]): number {
  const last = ranks.at(-1);
  if (last === undefined) return 0;
  const cut = Math.min(last + 1, k);
  return ranks.filter((rank) => rank < cut).length / cut;
}
