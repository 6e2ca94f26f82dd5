import { RegionGraph, SOLVE_DEFAULTS } from "../graph/region-graph.js";
import type { RunOptions } from "../native.js";
import { crossMatch } from "../retrieval/cross-match.js";
import { generalisedMaxPooling, poolToImages } from "../retrieval/max-pooling.js";
import { QUERY_VECTOR_DEFAULTS, queryVector } from "../retrieval/query-vector.js";
import { rank } from "../retrieval/ranking.js";
import { type RegionSet, regionStarts } from "../retrieval/region-set.js";
import { diffuseTruncated } from "../retrieval/truncated-diffusion.js";
import type { RegionMethod } from "./methods.js";
import type { Searcher, SearcherOptions, SearcherQuery } from "./searcher.js";

/** Iterations of conjugate gradients, as for global descriptors. */
const ITERATIONS = 20;

/** What both methods search: the regions, and for diffusion their graph and how they are pooled to images. */
export interface RegionIndex {
  readonly regions: RegionSet;
  readonly starts: Int32Array;
  readonly graph?: RegionGraph;
  readonly weights?: Float32Array;
}

export async function indexRegionSet(
  regions: RegionSet,
  { diffusion, k, threads }: SearcherOptions,
  { signal, onProgress }: RunOptions,
): Promise<RegionIndex> {
  const starts = regionStarts(regions);
  if (!diffusion) return { regions, starts };
  const { gamma: beta } = QUERY_VECTOR_DEFAULTS;
  const graph = await RegionGraph.build(regions.vectors, { k, beta, threads }, { signal, onProgress });
  return { regions, starts, graph, weights: await generalisedMaxPooling(regions, { threads, signal }) };
}

/**
 * Searches region descriptors. `regions`: the query is one vector, an image as good as its best region. `R-Match`: the
 * query has regions too, and each one's best match is counted. With diffusion, values spread over the graph of regions;
 * an image is then as good as its best region, or for `R-Match`, as in Iscen et al. 2017, the sum of its regions by
 * generalised max pooling.
 */
export class RegionSearcher implements Searcher {
  readonly bytesPerImage: number;
  readonly edges: number | null;
  readonly #method: RegionMethod;
  readonly #index: RegionIndex;
  readonly #options: SearcherOptions;

  constructor(method: RegionMethod, index: RegionIndex, options: SearcherOptions) {
    this.#method = method;
    this.#index = index;
    this.#options = options;
    const { vectors, images } = index.regions;
    this.bytesPerImage = (4 * vectors.columns * vectors.rows) / images;
    this.edges = index.graph ? index.graph.adjacency.data.length / 2 : null;
  }

  async rank(query: SearcherQuery, diffusion: boolean, { signal }: RunOptions): Promise<Int32Array> {
    const { regions } = this.#index;
    const { scores } = await crossMatch(query.vectors, regions, { threads: this.#options.threads, signal });
    const plain = (await rank(scores, scores.length, query.exclude, { signal })).ids;
    if (!diffusion) return plain;
    const spread = await this.#diffuse(query, signal);
    // The sort is stable: images that diffusion does not reach keep their order by inner product.
    return plain.sort((a, b) => (spread[b] as number) - (spread[a] as number));
  }

  /** The value of each image. */
  async #diffuse({ vectors, exclude, shortlist }: SearcherQuery, signal: AbortSignal | undefined) {
    const { regions, graph, weights } = this.#index as Required<RegionIndex>;
    const { kQuery, threads } = this.#options;
    const start = { kQuery, exclude: this.#regionsOf(exclude), threads };
    const y = await queryVector(vectors, regions.vectors, start, { signal });
    const solve = { ...SOLVE_DEFAULTS, maxIterations: ITERATIONS, threads };
    const f = shortlist
      ? await diffuseTruncated(graph, this.#regionsOf(shortlist).sort(), y, solve, { signal })
      : await graph.diffuse(y, solve, { signal });
    return this.#method === "R-Match" ? poolToImages(f, weights, regions) : this.#best(f);
  }

  #best(f: Float32Array): Float32Array {
    const best = new Float32Array(this.#index.regions.images);
    this.#index.regions.owner.forEach((image, region) => {
      best[image] = Math.max(best[image] as number, f[region] as number);
    });
    return best;
  }

  #regionsOf(places: Int32Array): Int32Array {
    const { starts } = this.#index;
    return Int32Array.from(
      [...places].flatMap((place) => {
        const first = starts[place] as number;
        return Array.from({ length: (starts[place + 1] as number) - first }, (_, i) => first + i);
      }),
    );
  }
}
