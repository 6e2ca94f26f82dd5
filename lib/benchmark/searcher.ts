import type { Matrix } from "../descriptors/matrix.js";
import type { RunOptions } from "../native.js";

/** One query, as a searcher takes it. Images are meant by their places in the database. */
export interface SearcherQuery {
  /** Its vectors, for this method (r, d). */
  readonly vectors: Matrix;
  /** Images that neither start diffusion nor come out: the query's own. */
  readonly exclude: Int32Array;
  /** Images that diffusion over regions is confined to; absent: all. */
  readonly shortlist?: Int32Array | undefined;
}

/** Searches a database by one method. */
export interface Searcher {
  readonly bytesPerImage: number;
  /** Undirected edges of its graph; null where it has none. */
  readonly edges: number | null;
  /** All images but those excluded, the best first. */
  rank(query: SearcherQuery, diffusion: boolean, run: RunOptions): Promise<Int32Array>;
}

export interface SearcherOptions {
  /** Whether queries will be expanded by diffusion: it takes a graph. */
  readonly diffusion: boolean;
  /** Neighbours in that graph. */
  readonly k: number;
  /** Nearest vectors of each of a query's, from which diffusion starts. */
  readonly kQuery: number;
  readonly threads?: number | undefined;
}
