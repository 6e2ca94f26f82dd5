import { checkObject, checkOneOf, invalid } from "../check.js";
import type { Collection } from "../collection/collection.js";
import type { NetworkOptions } from "../collection/network.js";
import { openNetworkOf } from "../collection/network.js";
import type { Matrix } from "../descriptors/matrix.js";
import type { Whitening } from "../descriptors/whitening.js";
import { LeitmotifError } from "../errors.js";
import type { ActivationExtractor, ImageSource } from "../features/activation-extractor.js";
import { type ActivationMap, checkActivationMap } from "../features/activation-map.js";
import type { RunOptions } from "../native.js";
import type { ImageSize, PixelBox } from "../regions/pixel-box.js";
import { clipBox, cropImage } from "./crop.js";
import { poolQuery, REGIONS } from "./query-pooling.js";

/** What is looked for: an image, or a box of it in pixels of the original, upright; or the activation map of either. */
export type Query =
  | { readonly image: ImageSource; readonly box?: PixelBox | undefined; readonly map?: undefined }
  | { readonly map: ActivationMap; readonly image?: undefined; readonly box?: undefined };

/** A query, fed to the network. */
export interface QueryMap {
  /** Activation map of the box, or of the whole image without one. */
  readonly map: ActivationMap;
  /** Size of the image in pixels, upright; absent where a map was given. */
  readonly image?: ImageSize | undefined;
  /** The box, cut off at the image's border; absent without one. */
  readonly box?: PixelBox | undefined;
}

type Signal = Pick<RunOptions, "signal">;

/**
 * Turns images and boxes into vectors that compare with a collection's descriptors: fed to the collection's network as
 * its images were, pooled and whitened as the descriptors that are searched. The network is opened at the first image
 * and held until the describer is disposed of.
 */
export class QueryDescriber implements AsyncDisposable {
  readonly #collection: Collection;
  readonly #options: NetworkOptions;
  readonly #whitenings = new Map<string, Promise<Whitening>>();
  #extractor: Promise<ActivationExtractor> | undefined;

  /** @param options where the network is now, when it has moved; `device` and `threads` that it runs on. */
  constructor(collection: Collection, options: NetworkOptions = {}) {
    this.#collection = collection;
    this.#options = options;
  }

  /** The vectors of a query's images and boxes, a row each (r, d), whitened as the descriptors of `method`. */
  async vectors(queries: readonly Query[], method: string, run: Signal = {}): Promise<Matrix> {
    const parts: QueryMap[] = [];
    for (const query of queries) parts.push(await this.read(query, run));
    return this.describe(parts, method, run);
  }

  /**
   * Feeds an image or its box to the collection's network, at the scale at which the whole image would be fed.
   *
   * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when the box lies outside the image or is smaller than a cell of the
   *   map, `ERR_IMAGE` when the image cannot be read or is that small, `ERR_MODEL` when the collection's network is gone
   *   or another; `ERR_ABORTED`.
   */
  async read(query: Query, run: Signal = {}): Promise<QueryMap> {
    checkObject("query", query);
    if (query.map !== undefined) return { map: this.#checkChannels(checkActivationMap(query.map, "query.map")) };
    return feedQuery(await this.extractor(run), query, run);
  }

  /**
   * Pools and whitens the parts of a query. A box shows one thing, as a region does: it is whitened about the mean of
   * the regions, a whole image about that of the images' descriptors.
   *
   * @param parts One or more. @param method A kind of global descriptor that the collection holds, or `regions`.
   * @returns (parts, d), unit rows.
   */
  async describe(parts: readonly Pick<QueryMap, "map" | "box">[], method: string, run: Signal = {}): Promise<Matrix> {
    checkOneOf("method", method, [REGIONS, ...this.#collection.manifest.descriptors]);
    const { dimensions } = await this.#whitening(REGIONS, run);
    const { wholeMap } = (this.#collection.manifest.parameters.uniform ?? {}) as { wholeMap?: boolean };
    const vectors = new Float32Array(parts.length * dimensions);
    for (const [i, { map, box }] of parts.entries()) {
      const data = poolQuery(this.#checkChannels(map), method, { ...(wholeMap !== undefined && { wholeMap }) });
      const whitening = await this.#whitening(box ? REGIONS : method, run);
      vectors.set(whitening.apply({ data, rows: 1, columns: data.length }).data, i * dimensions);
    }
    return { data: vectors, rows: parts.length, columns: dimensions };
  }

  /** Frees the network. */
  async [Symbol.asyncDispose](): Promise<void> {
    const extractor = await this.#extractor?.catch(() => undefined);
    await extractor?.[Symbol.asyncDispose]();
  }

  /** The collection's network, opened if it is not open yet. */
  extractor(run: Signal = {}): Promise<ActivationExtractor> {
    if (this.#extractor) return this.#extractor;
    const opening = openNetworkOf(this.#collection, this.#options, run);
    this.#extractor = opening;
    // What failed may be tried again: an abort of one query is not the end.
    opening.catch(() => (this.#extractor = undefined));
    return opening;
  }

  #whitening(method: string, run: Signal): Promise<Whitening> {
    const known = this.#whitenings.get(method);
    if (known) return known;
    const reading = this.#readWhitening(method, run);
    this.#whitenings.set(method, reading);
    reading.catch(() => this.#whitenings.delete(method));
    return reading;
  }

  async #readWhitening(method: string, run: Signal): Promise<Whitening> {
    const whitening = await this.#collection.whitening(run);
    return method === REGIONS ? whitening : whitening.withMean(await this.#collection.descriptorMean(method, run));
  }

  #checkChannels(map: ActivationMap): ActivationMap {
    const { channels } = this.#collection.manifest.counts;
    if (map.channels !== channels)
      throw invalid("channels of the query's map", `${channels}, as the collection's`, map.channels);
    return map;
  }
}

/** Feeds a query's image or box to a network, as {@link QueryDescriber.read} does to the collection's. */
export async function feedQuery(
  extractor: ActivationExtractor,
  query: Extract<Query, { image: ImageSource }>,
  run: Signal,
): Promise<QueryMap> {
  const { stride } = extractor.model;
  const image = await extractor.read(query.image, run);
  const size = { width: image.originalWidth, height: image.originalHeight };
  const box = query.box && clipBox(query.box, size);
  const part = box ? cropImage(image, box) : image;
  if (part.width < stride || part.height < stride) throw tooSmall(box, size, image, stride);
  const { map } = await extractor.extract(part, run);
  return { map, image: size, box };
}

function tooSmall(box: PixelBox | undefined, size: ImageSize, fed: ImageSize, stride: number): LeitmotifError {
  const needed = Math.ceil((stride * size.width) / fed.width);
  if (box) {
    return invalid(
      "box",
      `at least ${needed} pixels each way, a cell of the activation map`,
      `${Math.round(box.width)} x ${Math.round(box.height)}`,
    );
  }
  return new LeitmotifError(
    "ERR_IMAGE",
    `the query of ${size.width} x ${size.height} pixels is smaller than a cell of the activation map; it must have at ` +
      `least ${needed} each way`,
  );
}
