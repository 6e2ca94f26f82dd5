import type { Collection } from "../collection/collection.js";
import type { Matrix } from "../descriptors/matrix.js";
import { throwIfAborted } from "../errors.js";
import type { RunOptions } from "../native.js";
import type { Database } from "./database.js";
import { GlobalSearcher } from "./global-searcher.js";
import { isRegionMethod } from "./methods.js";
import { indexRegionSet, type RegionIndex, RegionSearcher } from "./region-searcher.js";
import type { Searcher, SearcherOptions } from "./searcher.js";

/** Images nearest by a global descriptor, to whose regions diffusion is confined (Iscen et al. 2017, section 5). */
export const SHORTLIST = 10_000;

/** Kinds by which they are found, the best first. */
const SHORTLIST_KINDS = ["R-MAC", "MAC"];

export interface SearchersOptions {
  /** Of graphs of global descriptors, and of regions; see {@link SearcherOptions}. */
  readonly global: Pick<SearcherOptions, "k" | "kQuery">;
  readonly regional: Pick<SearcherOptions, "k" | "kQuery">;
  readonly threads?: number | undefined;
}

/** Opens a searcher for each method over the same images; what several need is made once. */
export class Searchers {
  /** The kind by which shortlists are made. */
  readonly shortlistKind: string;
  readonly #collection: Collection;
  readonly #database: Database;
  readonly #options: SearchersOptions;
  #regions: RegionIndex | undefined;

  constructor(collection: Collection, database: Database, options: SearchersOptions) {
    this.#collection = collection;
    this.#database = database;
    this.#options = options;
    const { descriptors } = collection.manifest;
    this.shortlistKind = SHORTLIST_KINDS.find((kind) => descriptors.includes(kind)) ?? (descriptors[0] as string);
  }

  async open(method: string, diffusion: boolean, run: RunOptions): Promise<Searcher> {
    if (!isRegionMethod(method)) return this.#global(method, diffusion, run);
    const options = { ...this.#options.regional, diffusion, threads: this.#options.threads };
    return new RegionSearcher(method, await this.#indexRegions(options, run), options);
  }

  /** For each query its nearest images, by the shortlist's kind. */
  async shortlists(queries: readonly Matrix[], run: RunOptions): Promise<Int32Array[]> {
    const searcher = await this.#global(this.shortlistKind, false, run);
    const lists: Int32Array[] = [];
    for (const vectors of queries) {
      throwIfAborted(run.signal);
      const ranking = await searcher.rank({ vectors, exclude: new Int32Array(0) }, false, { signal: run.signal });
      lists.push(ranking.slice(0, SHORTLIST));
    }
    return lists;
  }

  async #global(kind: string, diffusion: boolean, run: RunOptions): Promise<GlobalSearcher> {
    const { signal } = run;
    const descriptors = this.#database.rows(await this.#collection.descriptors(kind, { signal }));
    const { global, threads } = this.#options;
    return GlobalSearcher.build(descriptors, { ...global, diffusion, threads }, { signal });
  }

  async #indexRegions(options: SearcherOptions, { signal }: RunOptions): Promise<RegionIndex> {
    if (this.#regions && (this.#regions.graph || !options.diffusion)) return this.#regions;
    const { vectors, owner } = await this.#collection.regionModel({ signal });
    const set = this.#database.regions(vectors, owner);
    this.#regions = await indexRegionSet(set, options, { signal });
    return this.#regions;
  }
}
