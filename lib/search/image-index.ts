import type { Matrix } from "../descriptors/matrix.js";
import type { RunOptions } from "../native.js";
import type { Expansion } from "../retrieval/retrieval-index.js";

export interface ImageSearch {
  /** Images at most. */
  top: number;
  expand: Expansion;
  /** Images that neither start an expansion nor come out. */
  exclude: Int32Array;
}

/** How far an expansion goes: see CollectionSearchOptions. */
export interface Spread {
  readonly kQuery: number;
  readonly truncate: number;
}

/** Images, the best first. */
export interface ImageHits {
  readonly images: Int32Array;
  /** What they are ranked by; 0 for images that an expansion did not reach and that follow by similarity. */
  readonly scores: Float32Array;
  /** The region of each by which it was found, where the search is over regions; -1 for an image without. */
  readonly regions: Int32Array | undefined;
}

/** The vectors of a collection's images, ready to be searched: one an image, or one a region. */
export interface ImageIndex {
  /** (n, d). */
  readonly vectors: Matrix;
  /** The image that a vector is of. */
  imageOf(vector: number): number;
  /** Images by the query's rows (r, d), unit vectors of one object. */
  search(query: Matrix, options: ImageSearch, run: RunOptions): Promise<ImageHits>;
  /** Similarity of each image, -1..1: its inner product with a row of the query, averaged over the rows. */
  similarities(query: Matrix, images: Int32Array, run: RunOptions): Promise<Float32Array>;
  /** The images over which an expanded search came to each of `hits`, from one found directly to the image itself. */
  ways(query: Matrix, hits: ImageHits, options: ImageSearch, run: RunOptions): Promise<Step[][]>;
}

/** An image on the way to a result, and its region where the search is over regions. */
export interface Step {
  readonly image: number;
  readonly region: number | undefined;
}

/** Inner product of two rows. */
export function dot(a: Matrix, i: number, b: Matrix, j: number): number {
  let sum = 0;
  for (let k = 0; k < a.columns; k++) {
    sum += (a.data[i * a.columns + k] as number) * (b.data[j * b.columns + k] as number);
  }
  return sum;
}
