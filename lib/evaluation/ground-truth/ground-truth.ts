import type { ImageSize, PixelBox } from "../../regions/pixel-box.js";

/** Ground truth by queries: which images each query should find, by the names that the file uses. */
export interface QueryTruth {
  readonly kind: "queries";
  /** The file or folder it was read from, for messages. */
  readonly source: string;
  /** The database that the ground truth was made for, where it says so. */
  readonly images?: readonly string[] | undefined;
  readonly queries: readonly NamedQuery[];
  /** Where the objects of database images are, for those where that is known. */
  readonly boxes?: readonly { readonly image: string; readonly boxes: readonly PixelBox[] }[] | undefined;
}

/** A query of a ground truth, with the names of the images that are of each grade to it. */
export interface NamedQuery {
  readonly name: string;
  readonly image: string;
  /** The object's box in pixels of the query image; the whole image where it is absent. */
  readonly box?: PixelBox | undefined;
  readonly grades: Readonly<Record<Grade, readonly string[]>>;
}

/** What an image is to a query: `positive` where the protocol has one grade (good and ok together), else easy or hard. */
export const GRADES = ["positive", "easy", "hard", "junk"] as const;
/** One of the words by which ground truth says what an image is to a query. */
export type Grade = (typeof GRADES)[number];

/** Ground truth by labels: images that carry the same label show the same object. */
export interface LabelTruth {
  readonly kind: "labels";
  readonly source: string;
  readonly labels: readonly { readonly image: string; readonly label: string }[];
}

/** Ground truth by boxes: where objects are, and which object each is. */
export interface BoxTruth {
  readonly kind: "boxes";
  readonly source: string;
  readonly images: readonly AnnotatedImage[];
}

/** An image with the boxes of the objects in it. */
export interface AnnotatedImage {
  /** Names under which the image may stand in a collection, the likeliest first. */
  readonly names: readonly string[];
  readonly size: ImageSize;
  readonly objects: readonly { readonly label: string; readonly box: PixelBox }[];
}

/** What {@link readGroundTruth} gives: relevant images for queries, labels, or boxes. */
export type GroundTruth = QueryTruth | LabelTruth | BoxTruth;
