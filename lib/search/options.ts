import type { Collection } from "../collection/collection.js";
import type { NetworkOptions } from "../collection/network.js";
import { type Expansion, RETRIEVAL_DEFAULTS, type RetrievalOptions } from "../retrieval/retrieval-index.js";
import type { Query } from "./query-describer.js";
import { REGIONS } from "./query-pooling.js";

/** What a search of a collection is made for. */
export interface CollectionSearchOptions extends Pick<RetrievalOptions, "k" | "queries"> {
  /** What is searched: `regions`, or a kind of global descriptor that the collection holds; see {@link methodFor}. */
  method: string;
  /** How a query is expanded; searches may do without. */
  expand: Expansion;
  /** Diffusion keeps to so many nearest vectors of the query; 0: all; null: by {@link truncation}. */
  truncate: number | null;
  /** k_q: the nearest images (or regions) from which an expansion starts. */
  kQuery: number;
}

/** What whole photos are searched by, where the collection holds it. */
const WHOLE_PHOTOS = "R-MAC";

/**
 * The method that finds most for such a query, measured (docs/search.md): for a box, the regions of photos; for whole
 * photos, one vector of the whole where the collection holds `R-MAC`.
 */
export function methodFor(query: readonly Pick<Query, "box">[], { manifest }: Pick<Collection, "manifest">): string {
  const whole = query.every(({ box }) => box === undefined);
  return whole && manifest.descriptors.includes(WHOLE_PHOTOS) ? WHOLE_PHOTOS : REGIONS;
}

/**
 * To how many of n vectors diffusion keeps: a fifth, from 100 to 5,000. Measured (docs/search.md): nearer is surer, and
 * beyond that it mostly brings in what merely resembles what it found.
 */
export function truncation(n: number): number {
  return Math.min(n, 5000, Math.max(100, Math.round(n / 5)));
}

/** Measured: see docs/search.md. `k` is that of the graph of global descriptors; regions have the collection's graph. */
export const COLLECTION_SEARCH_DEFAULTS: Readonly<CollectionSearchOptions> = {
  method: REGIONS,
  expand: "diffusion",
  k: 20,
  truncate: null,
  kQuery: 5,
  queries: RETRIEVAL_DEFAULTS.queries,
};

/** The same, as a caller gives it, and where the collection's network is. */
export type CollectionSearchSetup = Partial<CollectionSearchOptions> & NetworkOptions;

/** How one query is answered. */
export interface QueryOptions {
  /** Images at most. */
  top: number;
  /** Default: what the search was opened for. */
  expand: Expansion;
  /** Whether each hit says over which images it was found. */
  explain: boolean;
  /** Whether each hit lists every place that matches, not the nearest alone. Of the method `regions`. */
  occurrences: boolean;
  /** A best match that chance gives more often is none, 0..1. */
  least: number;
}

/** What {@link QueryOptions} are where nothing else is said. */
export const QUERY_DEFAULTS: Readonly<Omit<QueryOptions, "expand">> = {
  top: 20,
  explain: false,
  occurrences: false,
  least: 0.05,
};
