import type { Matrix } from "../descriptors/matrix.js";
import type { RunOptions } from "../native.js";
import type { RetrievalIndex } from "../retrieval/retrieval-index.js";
import { dot, type ImageHits, type ImageIndex, type ImageSearch, type Spread, type Step } from "./image-index.js";

/** Search of global descriptors, one an image (section 4.4). */
export class GlobalIndex implements ImageIndex {
  readonly vectors: Matrix;
  readonly #index: RetrievalIndex;
  readonly #spread: Spread;

  constructor(index: RetrievalIndex, spread: Spread) {
    this.vectors = index.descriptors;
    this.#index = index;
    this.#spread = spread;
  }

  imageOf(vector: number): number {
    return vector;
  }

  async search(query: Matrix, options: ImageSearch, run: RunOptions): Promise<ImageHits> {
    const { ids, scores } = await this.#index.search(query, { ...options, ...this.#spread }, run);
    const { rows } = query;
    return {
      images: ids,
      scores: options.expand === "none" ? scores.map((s) => s / rows) : scores,
      regions: undefined,
    };
  }

  similarities(query: Matrix, images: Int32Array): Promise<Float32Array> {
    const similarity = (image: number) => {
      let sum = 0;
      for (let row = 0; row < query.rows; row++) sum += dot(query, row, this.vectors, image);
      return sum / query.rows;
    };
    return Promise.resolve(Float32Array.from(images, similarity));
  }

  async ways(
    query: Matrix,
    { images }: ImageHits,
    { expand, exclude }: ImageSearch,
    run: RunOptions,
  ): Promise<Step[][]> {
    const ways = await this.#index.ways(query, images, { expand, exclude, ...this.#spread }, run);
    return ways.map((way) => way.map((image) => ({ image, region: undefined })));
  }
}
