import {
  checkArray,
  checkBoolean,
  checkInteger,
  checkList,
  checkNumber,
  checkOneOf,
  invalid,
  withDefaults,
} from "../check.js";
import { Collection } from "../collection/collection.js";
import type { ImageRecord } from "../collection/schema.js";
import type { Matrix } from "../descriptors/matrix.js";
import type { RunOptions } from "../native.js";
import type { ImageHits, ImageIndex, ImageSearch } from "./image-index.js";
import { measureNull, type NullModel, nullOf } from "./null-model.js";
import { openIndex } from "./open-index.js";
import {
  COLLECTION_SEARCH_DEFAULTS,
  type CollectionSearchOptions,
  type CollectionSearchSetup,
  QUERY_DEFAULTS,
  type QueryOptions,
} from "./options.js";
import { Places } from "./places.js";
import { type Query, QueryDescriber, type QueryMap } from "./query-describer.js";
import { REGIONS } from "./query-pooling.js";
import type { SearchHit, SearchResult, WayStep } from "./result.js";

/**
 * Searches a collection for an object (section 4.4): by an image or a box of one, or several of the same object; plainly
 * or expanded by diffusion. It holds the collection's descriptors and, from the first image on, its network, until it is
 * disposed of.
 */
export class CollectionSearch implements AsyncDisposable {
  readonly collection: Collection;
  readonly options: Readonly<CollectionSearchOptions>;
  readonly #index: ImageIndex;
  readonly #describer: QueryDescriber;
  readonly #places: Places;
  #null: Promise<NullModel> | undefined;

  private constructor(
    collection: Collection,
    options: CollectionSearchOptions,
    index: ImageIndex,
    describer: QueryDescriber,
  ) {
    this.collection = collection;
    this.options = options;
    this.#index = index;
    this.#describer = describer;
    this.#places = new Places(collection);
  }

  /**
   * Reads a collection's descriptors and builds what searching needs.
   *
   * @param collection One that is open, or its folder.
   * @param options `model`, `device`, `threads`: the collection's network, when it has moved, and what it runs on.
   * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` for an unknown option or a method whose descriptors the collection
   *   lacks; `ERR_COLLECTION`, `ERR_COLLECTION_CORRUPT`, `ERR_COLLECTION_VERSION`, `ERR_DISK`, `ERR_ABORTED`.
   */
  static async open(
    collection: Collection | string,
    options: CollectionSearchSetup = {},
    run: RunOptions = {},
  ): Promise<CollectionSearch> {
    const opened = typeof collection === "string" ? await Collection.open(collection) : collection;
    const { model, device, threads, ...own } = options;
    const o = withDefaults("CollectionSearch.open options", own, COLLECTION_SEARCH_DEFAULTS);
    const index = await openIndex(opened, { ...o, threads }, run);
    return new CollectionSearch(opened, o, index, new QueryDescriber(opened, { model, device, threads }));
  }

  /**
   * Searches for one object.
   *
   * @param query An image, or a box of one; or several of the same object.
   * @param options `exclude`: indices of images that neither start an expansion nor come out, such as the query's own.
   * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when a box lies outside its image or is smaller than a cell, or an
   *   option is wrong; `ERR_IMAGE` when an image cannot be read; `ERR_MODEL` when the collection's network is gone or
   *   another; `ERR_ABORTED`.
   */
  async search(
    query: Query | readonly Query[],
    options: Partial<QueryOptions> & { exclude?: Int32Array | undefined } = {},
    run: RunOptions = {},
  ): Promise<SearchResult> {
    const o = this.#check(options);
    const exclude = checkArray("exclude", options.exclude ?? new Int32Array(0), Int32Array);
    const queries = checkList("query", Array.isArray(query) ? query : [query]) as readonly Query[];
    if (queries.length === 0) throw invalid("query", "at least one image or box", "none");
    const parts: QueryMap[] = [];
    for (const part of queries) parts.push(await this.#describer.read(part, run));
    const vectors = await this.#describer.describe(parts, this.options.method, run);
    const nothing = await this.#nothing(run);

    const wanted: ImageSearch = { top: o.top, expand: o.expand, exclude };
    const direct = await this.#index.search(vectors, { ...wanted, top: 1, expand: "none" }, run);
    const found = await this.#index.search(vectors, wanted, run);
    const best = direct.scores[0] ?? -1;
    const chance = (similarity: number) => nothing?.chance(similarity, parts) ?? null;
    const overall = chance(best);
    return {
      method: this.options.method,
      expand: o.expand,
      query: parts.map(({ image, box }) => ({ image: image ?? null, box: box ?? null })),
      searched: this.collection.images.length - new Set(exclude).size,
      verdict: {
        similarity: best,
        chance: overall,
        least: o.least,
        matches: overall === null ? null : overall <= o.least,
      },
      hits: await this.#hits(found, vectors, parts, { ...o, wanted, chance, nothing }, run),
    };
  }

  /**
   * Takes these queries, which are to match nothing of the collection, for the measure of chance, instead of its own
   * photos in false colours: some that look like the photos but show other things. The more, the smaller a chance can be
   * told, 1 / (n + 1).
   */
  async calibrate(distractors: readonly Query[], run: RunOptions = {}): Promise<void> {
    if (checkList("distractors", distractors).length === 0) throw invalid("distractors", "at least one query", "none");
    const queries = await this.#describer.vectors(distractors, this.options.method, run);
    this.#null = nullOf(queries, this.#index, run);
    await this.#null;
  }

  /** Frees the network. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#describer[Symbol.asyncDispose]();
  }

  #check(options: Partial<QueryOptions> & { exclude?: unknown }): QueryOptions {
    const defaults: QueryOptions = { ...QUERY_DEFAULTS, expand: this.options.expand };
    const o = withDefaults("search options", options, defaults, ["exclude"]);
    checkInteger("top", o.top, { min: 1 });
    checkOneOf("expand", o.expand, ["none", "diffusion", "offline"]);
    checkBoolean("explain", o.explain);
    checkNumber("least", o.least, { min: 0, max: 1 });
    if (checkBoolean("occurrences", o.occurrences) && this.options.method !== REGIONS) {
      throw invalid("occurrences", `false for the method ${this.options.method}: places are found by "regions"`, true);
    }
    return o;
  }

  /** What chance gives; nothing is known of collections without a network that distractors could be fed to. */
  async #nothing(run: RunOptions): Promise<NullModel | undefined> {
    if (this.#null) return this.#null;
    if (this.collection.manifest.model === null) return undefined;
    const { method } = this.options;
    const measuring = measureNull(this.collection, this.#describer, method, this.#index, run);
    this.#null = measuring;
    measuring.catch(() => (this.#null = undefined));
    return measuring;
  }

  async #hits(
    found: ImageHits,
    vectors: Matrix,
    parts: readonly QueryMap[],
    { wanted, chance, nothing, explain, occurrences, least }: QueryOptions & Asked,
    run: RunOptions,
  ): Promise<SearchHit[]> {
    const similarities = await this.#index.similarities(vectors, found.images, run);
    const query = await this.#describer.describe(parts, REGIONS, run);
    const from = occurrences
      ? (nothing?.threshold(least, parts) ?? Number.POSITIVE_INFINITY)
      : Number.POSITIVE_INFINITY;
    const ways = explain ? await this.#index.ways(vectors, found, wanted, run) : undefined;
    const hits: SearchHit[] = [];
    for (const [i, image] of found.images.entries()) {
      const similarity = similarities[i] as number;
      hits.push({
        rank: i + 1,
        image,
        path: (this.collection.images[image] as ImageRecord).path,
        score: found.scores[i] as number,
        similarity,
        chance: chance(similarity),
        places: await this.#places.of(image, query, { first: found.regions?.[i], from }),
        ...(ways && { via: this.#via(ways[i] ?? []) }),
      });
    }
    return hits;
  }

  /** A way without its end. */
  #via(way: readonly { image: number; region: number | undefined }[]): WayStep[] {
    return way.slice(0, -1).map(({ image, region }) => ({
      image,
      path: (this.collection.images[image] as ImageRecord).path,
      box: region === undefined ? null : this.#places.box(region),
    }));
  }
}

interface Asked {
  wanted: ImageSearch;
  chance: (similarity: number) => number | null;
  nothing: NullModel | undefined;
}
