import type { Matrix } from "../descriptors/matrix.js";
import type { RunOptions } from "../native.js";
import { crossMatch } from "../retrieval/cross-match.js";
import { rank } from "../retrieval/ranking.js";
import { type RegionSet, regionStarts } from "../retrieval/region-set.js";
import type { RetrievalIndex } from "../retrieval/retrieval-index.js";
import type { ImageHits, ImageIndex, ImageSearch, Spread, Step } from "./image-index.js";

/**
 * Search of region descriptors: an image is as near as its best region (R-Match; section 4.4), and with expansion as the
 * region that diffusion over the graph of regions reaches most (Iscen et al. 2017, regions pooled by their maximum).
 */
export class RegionIndex implements ImageIndex {
  readonly #index: RetrievalIndex;
  readonly #regions: RegionSet;
  readonly #starts: Int32Array;
  readonly #spread: Spread;
  readonly #threads: number | undefined;

  constructor(index: RetrievalIndex, regions: RegionSet, spread: Spread, threads: number | undefined) {
    this.#index = index;
    this.#regions = regions;
    this.#starts = regionStarts(regions);
    this.#spread = spread;
    this.#threads = threads;
  }

  get vectors(): Matrix {
    return this.#regions.vectors;
  }

  imageOf(vector: number): number {
    return this.#regions.owner[vector] as number;
  }

  async search(query: Matrix, options: ImageSearch, run: RunOptions): Promise<ImageHits> {
    const plain = await this.#match(query, run);
    const { top, exclude } = options;
    const direct = await rank(plain.scores, top, exclude, run);
    const found = direct.ids.filter((image) => Number.isFinite(plain.scores[image]));
    const ofDirect = (images: Int32Array): Int32Array => images.map((image) => plain.best[image] as number);
    if (options.expand === "none") {
      return { images: found, scores: direct.scores.slice(0, found.length), regions: ofDirect(found) };
    }
    const f = await this.#index.scores(query, this.#expansion(options), run);
    const reached = this.#pool(f);
    const expanded = await rank(reached.scores, top, exclude, run);
    const count = expanded.scores.filter((score) => score > 0).length;
    const images = expanded.ids.slice(0, count);
    const known = new Set(images);
    const rest = found.filter((image) => !known.has(image)).slice(0, top - count);
    const scores = new Float32Array(count + rest.length);
    scores.set(expanded.scores.subarray(0, count));
    return {
      images: Int32Array.of(...images, ...rest),
      scores,
      regions: Int32Array.of(...images.map((image) => reached.best[image] as number), ...ofDirect(rest)),
    };
  }

  async similarities(query: Matrix, images: Int32Array, run: RunOptions): Promise<Float32Array> {
    const { scores } = await this.#match(query, run);
    return Float32Array.from(images, (image) => scores[image] as number);
  }

  async ways(query: Matrix, hits: ImageHits, options: ImageSearch, run: RunOptions): Promise<Step[][]> {
    const regions = hits.regions as Int32Array;
    const step = (region: number): Step => ({ image: this.#regions.owner[region] as number, region });
    if (options.expand === "none") return Array.from(regions, (region) => [step(region)]);
    const ways = await this.#index.ways(query, regions, this.#expansion(options), run);
    return ways.map((way) => way.map(step).filter(({ image }, i, all) => image !== all[i + 1]?.image));
  }

  /** R-Match, averaged over the query's rows. */
  async #match(query: Matrix, run: RunOptions): Promise<{ scores: Float32Array; best: Int32Array }> {
    const { scores, best } = await crossMatch(query, this.#regions, { ...run, threads: this.#threads });
    return { scores: scores.map((score) => score / query.rows), best };
  }

  #expansion({ expand, exclude }: ImageSearch) {
    const regions: number[] = [];
    for (const image of exclude) {
      for (let r = this.#starts[image] as number; r < (this.#starts[image + 1] as number); r++) regions.push(r);
    }
    return { expand, exclude: Int32Array.from(regions), ...this.#spread, threads: this.#threads };
  }

  /** The largest f of each image's regions, and whose it is. */
  #pool(f: Float32Array): { scores: Float32Array; best: Int32Array } {
    const { images } = this.#regions;
    const scores = new Float32Array(images);
    const best = new Int32Array(images).fill(-1);
    for (let image = 0; image < images; image++) {
      for (let r = this.#starts[image] as number; r < (this.#starts[image + 1] as number); r++) {
        if ((f[r] as number) <= (scores[image] as number)) continue;
        scores[image] = f[r] as number;
        best[image] = r;
      }
    }
    return { scores, best };
  }
}
