import type { Matrix } from "../descriptors/matrix.js";
import type { RunOptions } from "../native.js";
import { RetrievalIndex } from "../retrieval/retrieval-index.js";
import type { Searcher, SearcherOptions, SearcherQuery } from "./searcher.js";

/** Searches global descriptors: by inner product, or by diffusion over their graph (section 4.4). */
export class GlobalSearcher implements Searcher {
  readonly bytesPerImage: number;
  readonly edges: number | null;
  readonly #index: RetrievalIndex;
  readonly #options: SearcherOptions;

  private constructor(index: RetrievalIndex, options: SearcherOptions) {
    this.#index = index;
    this.#options = options;
    this.bytesPerImage = 4 * index.descriptors.columns;
    this.edges = index.graph ? index.graph.adjacency.data.length / 2 : null;
  }

  static async build(descriptors: Matrix, options: SearcherOptions, run: RunOptions): Promise<GlobalSearcher> {
    const { diffusion, k, threads } = options;
    const expand = diffusion ? "diffusion" : "none";
    return new GlobalSearcher(await RetrievalIndex.build(descriptors, { expand, k, threads }, run), options);
  }

  async rank({ vectors, exclude }: SearcherQuery, diffusion: boolean, run: RunOptions): Promise<Int32Array> {
    const top = this.#index.descriptors.rows;
    const expand = diffusion ? "diffusion" : "none";
    const { kQuery, threads } = this.#options;
    return (await this.#index.search(vectors, { top, expand, exclude, kQuery, threads }, run)).ids;
  }
}
