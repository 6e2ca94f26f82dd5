import type { Interval } from "../evaluation/bootstrap.js";
import type { GroupAgreement } from "../evaluation/grouping.js";
import type { Protocol } from "../evaluation/ground-truth/protocols.js";

/** How one method ranks, at one level of the protocol. */
export interface MethodMeasures {
  /** A kind of global descriptor, `regions` (an image's best region against the query) or `R-Match`. */
  readonly method: string;
  /** Whether queries were expanded by diffusion. */
  readonly diffusion: boolean;
  /** `Easy`, `Medium` or `Hard`; null where the protocol has one level. */
  readonly level: string | null;
  /** Mean average precision over the measured queries, 0..1. */
  readonly mAP: number;
  /** Its interval by bootstrap over the queries. */
  readonly interval: Pick<Interval, "low" | "high">;
  /** mP@k at 1, 5 and 10. */
  readonly precisionAt: Readonly<Record<number, number>>;
  /** Queries that the means are over: those with an image to be found. */
  readonly measured: number;
  /** Average precision of each query, in the order of {@link Evaluation.queries}; null for one without an image to find. */
  readonly averagePrecisions: readonly (number | null)[];
  /** Bytes of vectors that an image takes. */
  readonly bytesPerImage: number;
  /** Undirected edges of the graph that diffusion goes over; null without. */
  readonly edges: number | null;
  /** Median time of a query's search, the query's own description not counted. */
  readonly queryMilliseconds: number;
}

/** The k of mP@k, as in Revisited Oxford and Paris. */
export const CUTOFFS: readonly number[] = [1, 5, 10];

/** How well one kind of saliency map, and the regions detected in it, keep to the true boxes. */
export interface MapLocalisation {
  /** Mean over the images of the share of saliency inside the true boxes (section 4.3). */
  readonly precision: number;
  /** How many images have a precision in each twentieth of 0..1 (Figure 8). */
  readonly histogram: readonly number[];
  /** Share of images where a detected region has an intersection over union of at least 0.5 with a true box: any; the first. */
  readonly corLoc: { readonly any: number; readonly first: number };
}

/** What is measured where the boxes of objects are known. */
export interface Localisation {
  /** Images with a true box. */
  readonly images: number;
  /** Mean share of those images inside their boxes: the precision of a map that is the same everywhere. */
  readonly boxShare: number;
  readonly feature: MapLocalisation;
  readonly object: MapLocalisation;
}

/** What an evaluation found (docs/evaluation.md). */
export interface Evaluation {
  readonly protocol: Protocol;
  /** Names of the queries. */
  readonly queries: readonly string[];
  /** Images that were searched. */
  readonly database: number;
  /** A row for each method, with and without diffusion, at each level. */
  readonly methods: readonly MethodMeasures[];
  /** Null where no box is known. */
  readonly localisation: Localisation | null;
  /** How the found objects agree with the labels; null where the ground truth has none. */
  readonly groups: GroupAgreement | null;
  /** Images that the ground truth names and the collection lacks. */
  readonly missing: readonly string[];
  /** What was left out, in sentences. */
  readonly notes: readonly string[];
}
