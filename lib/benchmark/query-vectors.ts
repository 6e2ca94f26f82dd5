import type { Collection } from "../collection/collection.js";
import type { OwnedRegionModel } from "../collection/collection-arrays.js";
import type { ImageRecord } from "../collection/schema.js";
import type { Matrix } from "../descriptors/matrix.js";
import { poolRegionsBatch } from "../descriptors/pooling.js";
import { LeitmotifError, messageOf, throwIfAborted } from "../errors.js";
import type { ResolvedQuery } from "../evaluation/ground-truth/resolve.js";
import type { ActivationMap } from "../features/activation-map.js";
import type { RunOptions } from "../native.js";
import type { PixelBox } from "../regions/pixel-box.js";
import { uniformRegions } from "../regions/uniform.js";
import type { Query, QueryDescriber, QueryMap } from "../search/query-describer.js";
import { regionStarts } from "../retrieval/region-set.js";
import { isRegionMethod } from "./methods.js";

/** A query as it is to be fed to the network: an image file and a box of it, or its activation map. */
export type QuerySource = (query: ResolvedQuery) => Query | Promise<Query>;

/** Whether a query is a whole image of the collection, whose descriptors are there already. */
export function isStored({ image, box }: ResolvedQuery): boolean {
  return typeof image === "number" && !box;
}

/**
 * Describes queries for methods. A whole image of the collection is described as the collection has it. A box, or an
 * image from elsewhere, is fed to the network and pooled as {@link QueryDescriber} does; for `R-Match` into uniform
 * regions (section 4.4). `regions` takes one vector a query, so that whole images are fed for it too.
 */
export class QueryVectors {
  readonly #collection: Collection;
  readonly #describer: QueryDescriber;
  readonly #source: QuerySource;
  readonly #stored = new Map<string, Matrix>();
  #regions: { model: OwnedRegionModel; starts: Int32Array } | undefined;

  constructor(collection: Collection, describer: QueryDescriber, source: QuerySource) {
    this.#collection = collection;
    this.#describer = describer;
    this.#source = source;
  }

  /** The vectors of each query (r, d), by method. The network sees each query once at most. */
  async describe(
    queries: readonly ResolvedQuery[],
    methods: readonly string[],
    { signal, onProgress }: RunOptions,
  ): Promise<Map<string, Matrix[]>> {
    const vectors = new Map(methods.map((method) => [method, [] as Matrix[]]));
    for (const [i, query] of queries.entries()) {
      throwIfAborted(signal);
      const fed = methods.filter((method) => !isStored(query) || method === "regions");
      const map = fed.length > 0 ? await this.#map(query, signal) : undefined;
      for (const method of methods) {
        const of =
          map && fed.includes(method)
            ? this.#pooled({ map, box: query.box }, method, signal)
            : this.#own(query, method, signal);
        vectors.get(method)?.push(await of);
      }
      onProgress?.((i + 1) / queries.length);
    }
    return vectors;
  }

  /** The vectors that the collection has of one of its images. */
  async #own({ image }: ResolvedQuery, method: string, signal: AbortSignal | undefined): Promise<Matrix> {
    const id = image as number;
    if (!isRegionMethod(method)) return row(await this.#descriptors(method, signal), id, id + 1);
    const { model, starts } = await this.#regionModel(signal);
    const [from, to] = [starts[id] as number, starts[id + 1] as number];
    // An image in which nothing stands out matches nothing.
    if (from === to) return { data: new Float32Array(model.vectors.columns), rows: 1, columns: model.vectors.columns };
    return row(model.vectors, from, to);
  }

  async #pooled(part: Pick<QueryMap, "map" | "box">, method: string, signal: AbortSignal | undefined): Promise<Matrix> {
    if (method !== "R-Match") return this.#describer.describe([part], method, { signal });
    const { map } = part;
    const { whitening } = (await this.#regionModel(signal)).model;
    return whitening.apply(await poolRegionsBatch([map], [uniformRegions(map.height, map.width)], { signal }));
  }

  async #map(query: ResolvedQuery, signal: AbortSignal | undefined): Promise<ActivationMap> {
    try {
      return (await this.#describer.read(await this.#source(this.#grown(query)), { signal })).map;
    } catch (error) {
      if (!(error instanceof LeitmotifError) || !["ERR_IMAGE", "ERR_INVALID_ARGUMENT"].includes(error.code))
        throw error;
      throw new LeitmotifError(error.code, `query ${query.name}: ${messageOf(error)}`, { cause: error });
    }
  }

  /** A box smaller than a cell of the map gives no vector: it is grown to one about its centre. */
  #grown(query: ResolvedQuery): ResolvedQuery {
    const { image, box } = query;
    if (typeof image !== "number" || !box) return query;
    const record = this.#collection.images[image] as ImageRecord;
    const [x, width] = grow(box.x, box.width, record.width, record.map.width);
    const [y, height] = grow(box.y, box.height, record.height, record.map.height);
    return { ...query, box: { x, y, width, height } satisfies PixelBox };
  }

  async #descriptors(kind: string, signal: AbortSignal | undefined): Promise<Matrix> {
    const known = this.#stored.get(kind) ?? (await this.#collection.descriptors(kind, { signal }));
    this.#stored.set(kind, known);
    return known;
  }

  async #regionModel(signal: AbortSignal | undefined) {
    if (!this.#regions) {
      const model = await this.#collection.regionModel({ signal });
      const images = this.#collection.images.length;
      this.#regions = { model, starts: regionStarts({ vectors: model.vectors, owner: model.owner, images }) };
    }
    return this.#regions;
  }
}

/** A side of at least a cell and what rounding may take of it, within the image where it was. */
function grow(start: number, length: number, size: number, cells: number): [number, number] {
  const least = Math.min(size, Math.ceil(size / cells) + 2);
  if (length >= least) return [start, length];
  return [Math.min(Math.max(0, start - (least - length) / 2), size - least), least];
}

function row({ data, columns }: Matrix, from: number, to: number): Matrix {
  return { data: data.subarray(from * columns, to * columns), rows: to - from, columns };
}
