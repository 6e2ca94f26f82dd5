import type { ResolvedQuery } from "../../evaluation/ground-truth/resolve.js";
import type { ActivationExtractor } from "../../features/activation-extractor.js";
import type { ActivationMap } from "../../features/activation-map.js";
import { feedQuery, type Query } from "../../search/query-describer.js";
import type { QueryFiles } from "../query-files.js";
import type { KeptMaps } from "./kept-maps.js";

/** The activation maps of queries: kept ones where the query is a whole image, else fed to the network once and held. */
export class QueryMaps {
  readonly #maps: KeptMaps;
  readonly #files: QueryFiles;
  readonly #extractor: ActivationExtractor;
  readonly #held = new Map<string, Promise<ActivationMap>>();

  constructor(maps: KeptMaps, files: QueryFiles, extractor: ActivationExtractor) {
    this.#maps = maps;
    this.#files = files;
    this.#extractor = extractor;
  }

  /** For `evaluate`'s `querySource`: a query of which it knows the image's place, or its name elsewhere. */
  async query(query: ResolvedQuery): Promise<Query> {
    const { image, box } = query;
    if (typeof image === "number" && !box) {
      return { map: (await this.#maps.read(this.#maps.paths[image] as string)).map };
    }
    const key = JSON.stringify([image, box]);
    let map = this.#held.get(key);
    if (!map) {
      map = this.#feed(query);
      this.#held.set(key, map);
    }
    return { map: await map };
  }

  async #feed(query: ResolvedQuery): Promise<ActivationMap> {
    const found = this.#files.query(query) as Extract<Query, { image: unknown }>;
    return (await feedQuery(this.#extractor, found, {})).map;
  }
}
