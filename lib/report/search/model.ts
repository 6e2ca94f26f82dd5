import type { SearchResult } from "../../search/result.js";

/** A search as its page shows it. */
export interface SearchPage {
  /** What the collection is called. */
  readonly title: string;
  readonly result: SearchResult;
  /** The query's images, by their place in the result's `query`: how they are called, and a picture of each. */
  readonly query: readonly { readonly name: string; readonly picture: Buffer | undefined }[];
  /** A picture of each hit's image, by its place in the result; absent where the photo is gone. */
  readonly pictures: readonly (Buffer | undefined)[];
  /** Sizes of their originals, in pixels. */
  readonly sizes: readonly { readonly width: number; readonly height: number }[];
}
