import type { Expansion } from "../retrieval/retrieval-index.js";
import type { ImageSize, PixelBox } from "../regions/pixel-box.js";

/** A region of a found image. */
export interface FoundPlace {
  /** Row among the collection's regions. */
  readonly region: number;
  /** In pixels of the original image. */
  readonly box: PixelBox;
  /** Of the region to the query, -1..1: inner product of whitened descriptors, averaged over the query's parts. */
  readonly similarity: number;
}

/** An image on the way to a result. */
export interface WayStep {
  readonly image: number;
  readonly path: string;
  /** Where the search is over regions, the region that it goes through. */
  readonly box: PixelBox | null;
}

/** An image that was found. */
export interface SearchHit {
  /** From 1. */
  readonly rank: number;
  /** Index among the collection's images. */
  readonly image: number;
  readonly path: string;
  /** What results are ranked by: the similarity, or what an expansion gives it (of one search only). */
  readonly score: number;
  /** To the query, without expansion, -1..1. */
  readonly similarity: number;
  /**
   * How often a query that matches nothing finds an image as similar all the same, in (0, 1]; null where that is not
   * known. By this, results of different queries compare.
   */
  readonly chance: number | null;
  /** Where the object is: the image's region nearest to the query first. */
  readonly places: readonly FoundPlace[];
  /** Asked for by `explain`: over which images it was found, the first of them directly; empty for one found directly. */
  readonly via?: readonly WayStep[];
}

/** What a search found. Its JSON is that of `leitmotif search --json` (docs/search.md). */
export interface SearchResult {
  readonly method: string;
  readonly expand: Expansion;
  /** The query's parts as they were taken. */
  readonly query: readonly { readonly image: ImageSize | null; readonly box: PixelBox | null }[];
  /** The images that were searched: all but those excluded. */
  readonly searched: number;
  /** Whether the collection shows what is asked for: `chance` of the most similar image is at most `least`. */
  readonly verdict: {
    readonly similarity: number;
    readonly chance: number | null;
    readonly least: number;
    /** Null where chance is not known. */
    readonly matches: boolean | null;
  };
  /** The best first. */
  readonly hits: readonly SearchHit[];
}
