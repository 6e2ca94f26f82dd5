import type { Matrix } from "../descriptors/matrix.js";
import { throwIfAborted } from "../errors.js";
import { type BootstrapOptions, bootstrapMean } from "../evaluation/bootstrap.js";
import { measureRankings, type Relevance } from "../evaluation/average-precision.js";
import type { ResolvedTruth } from "../evaluation/ground-truth/resolve.js";
import type { RunOptions } from "../native.js";
import type { Database } from "./database.js";
import { CUTOFFS, type MethodMeasures } from "./evaluation.js";
import type { Searcher } from "./searcher.js";

/** What a method is measured on. */
export interface Trial {
  readonly method: string;
  readonly diffusion: boolean;
  readonly searcher: Searcher;
  /** Of each query, for this method. */
  readonly vectors: readonly Matrix[];
  /** Of each query, the images that diffusion over regions is confined to; absent: all. */
  readonly shortlists?: readonly Int32Array[] | undefined;
}

/** Runs every query by one method and measures the rankings, at each level of the protocol. */
export async function measureMethod(
  trial: Trial,
  { queries, levels }: Pick<ResolvedTruth, "queries" | "levels">,
  database: Database,
  bootstrap: Partial<BootstrapOptions>,
  { signal, onProgress }: RunOptions,
): Promise<MethodMeasures[]> {
  const { method, diffusion, searcher, vectors, shortlists } = trial;
  const tallies = levels.map(() => new Tally());
  const seconds: number[] = [];
  for (const [i, { image }] of queries.entries()) {
    throwIfAborted(signal);
    const relevances = levels.map((level) => level.relevances[i] as Relevance);
    const own = typeof image === "number" && relevances.every(({ junk }) => junk?.includes(image)) ? [image] : [];
    const query = {
      vectors: vectors[i] as Matrix,
      exclude: database.places(own),
      shortlist: shortlists?.[i],
    };
    const started = performance.now();
    const places = await searcher.rank(query, diffusion, { signal });
    seconds.push(performance.now() - started);
    const ranking = places.map((place) => database.ids[place] as number);
    tallies.forEach((tally, level) => tally.add(ranking, relevances[level] as Relevance));
    onProgress?.((i + 1) / queries.length);
  }
  return levels.flatMap(({ name }, i) => {
    const tally = tallies[i] as Tally;
    if (tally.measured === 0) return [];
    return {
      method,
      diffusion,
      level: name || null,
      ...tally.measures(bootstrap),
      bytesPerImage: searcher.bytesPerImage,
      edges: diffusion ? searcher.edges : null,
      queryMilliseconds: median(seconds),
    };
  });
}

/** Adds up the measures of queries, one ranking at a time. */
class Tally {
  measured = 0;
  readonly #averagePrecisions: number[] = [];
  readonly #precisions = CUTOFFS.map(() => 0);

  add(ranking: Int32Array, relevance: Relevance): void {
    const { mAP, meanPrecisionAt, measured } = measureRankings([ranking], [relevance], CUTOFFS);
    this.#averagePrecisions.push(mAP);
    if (measured === 0) return;
    this.measured++;
    CUTOFFS.forEach((k, i) => {
      this.#precisions[i] = (this.#precisions[i] as number) + (meanPrecisionAt.get(k) as number);
    });
  }

  measures(bootstrap: Partial<BootstrapOptions>) {
    const { mean, low, high } = bootstrapMean(this.#averagePrecisions, bootstrap);
    return {
      mAP: mean,
      interval: { low, high },
      precisionAt: Object.fromEntries(CUTOFFS.map((k, i) => [k, (this.#precisions[i] as number) / this.measured])),
      measured: this.measured,
      averagePrecisions: this.#averagePrecisions.map((ap) => (Number.isNaN(ap) ? null : ap)),
    };
  }
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1] ?? 0;
}
