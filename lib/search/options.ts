import type { NetworkOptions } from "../collection/network.js";
import { type Expansion, RETRIEVAL_DEFAULTS, type RetrievalOptions } from "../retrieval/retrieval-index.js";

/** What a search of a collection is made for. */
export interface CollectionSearchOptions extends Pick<RetrievalOptions, "k" | "queries"> {
  /** What is searched: a kind of global descriptor that the collection holds, or `regions`. docs/search.md compares. */
  method: string;
  /** How a query is expanded; searches may do without. */
  expand: Expansion;
  /** k_q: the nearest images (or regions) from which an expansion starts. */
  kQuery: number;
}

/** Measured: see docs/search.md. `k` is that of the graph of global descriptors; regions have the collection's graph. */
export const COLLECTION_SEARCH_DEFAULTS: Readonly<CollectionSearchOptions> = {
  method: "R-MAC",
  expand: "diffusion",
  k: 20,
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
