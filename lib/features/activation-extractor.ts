import { checkInteger, checkList, checkNumber, withDefaults } from "../check.js";
import { LeitmotifError, throwIfAborted } from "../errors.js";
import type { RunOptions } from "../native.js";
import { ThreadBudget, threadCount } from "../threads.js";
import { abortable } from "./abortable.js";
import type { ActivationMap } from "./activation-map.js";
import { openOnDevice } from "./choose-device.js";
import type { ChosenDevice, Device } from "./device.js";
import {
  checkImageOptions,
  decodeImage,
  fitImage,
  IMAGE_DEFAULTS,
  type ImageOptions,
  resizeImage,
  type RgbImage,
  type Size,
} from "./image.js";
import type { ModelChoice } from "./model.js";
import type { ModelInfo, Network } from "./network.js";

/** What {@link ActivationExtractor.open} takes. */
export interface ExtractorOptions extends ImageOptions {
  /** Which network. Default: the one that comes with the package. */
  model: ModelChoice;
  /** Where it runs. Default `auto`. */
  device: Device;
  /**
   * Sizes at which an image is fed, as factors of the one that `maxSide` and the network's `enlargeTo` give: the map is the
   * mean of theirs, on the grid of the first; docs/defaults.md says what that gives. 1 to 8 factors of 0.1..4. Default [1].
   */
  scales: readonly number[];
  /** Threads of the network and of decoding together. Default: LEITMOTIF_THREADS, else one a processor. */
  threads: number;
}

/** Defaults of {@link ExtractorOptions}, of those that a collection's manifest always tells. */
export const EXTRACTOR_DEFAULTS: Readonly<Omit<ExtractorOptions, "model" | "threads">> = {
  device: "auto",
  ...IMAGE_DEFAULTS,
  scales: [1],
};

function checkScales(scales: unknown): void {
  const list = checkList("scales", scales);
  if (list.length === 0 || list.length > 8) {
    throw new LeitmotifError("ERR_INVALID_ARGUMENT", `scales must be 1 to 8 factors, not ${list.length}`);
  }
  list.forEach((scale, i) => checkNumber(`scales[${i}]`, scale, { min: 0.1, max: 4 }));
}

/** What an extractor takes: the path of an image file, the bytes of one, or pixels, which are never enlarged. */
export type ImageSource = string | Uint8Array | RgbImage;

/** What one image came to: its activation map, and the sizes that relate cells to pixels. */
export interface Extraction {
  map: ActivationMap;
  /** The image's own size in pixels, upright. */
  image: Size;
  /** Its size as the network saw it, `maxSide` and the network's `enlargeTo` applied; the map's cells divide it evenly. */
  fed: Size;
  /** `fed` at the first of `scales`, and what was added on the right and below, where the network takes no smaller or no uneven sides. */
  padded: Size;
}

/** How one image of many went. */
export type ExtractionOutcome<S extends ImageSource = ImageSource> = { index: number; source: S } & (
  { extraction: Extraction; error?: undefined } | { extraction?: undefined; error: LeitmotifError }
);

export interface ExtractManyOptions extends RunOptions {
  /** Images read ahead of the network at most, each in a thread of its own. Default 2. */
  concurrency?: number | undefined;
}

/**
 * Makes activation maps of images with an ONNX network. The network runs in a thread of its own, so that the event loop
 * stays free; thread and network are held until the extractor is disposed of. Any number may be open, in any worker.
 */
export class ActivationExtractor implements AsyncDisposable {
  /** The network: name, hash, tensor, channels, stride. */
  readonly model: Readonly<ModelInfo>;
  /** Where it runs, and why there. */
  readonly device: Readonly<ChosenDevice>;
  readonly #network: Network;
  readonly #limits: ImageOptions;
  readonly #scales: readonly number[];
  readonly #budget: ThreadBudget;

  private constructor(
    network: Network,
    device: ChosenDevice,
    limits: ImageOptions,
    scales: readonly number[],
    budget: ThreadBudget,
  ) {
    this.model = network.info;
    this.device = device;
    this.#network = network;
    this.#limits = limits;
    this.#scales = scales;
    this.#budget = budget;
  }

  /**
   * Opens a network and tries it on noise.
   *
   * @throws {LeitmotifError} `ERR_MODEL` when the file, its description or the tensor is not usable, or a device that
   *   was named is not there; `ERR_NATIVE` when onnxruntime-node is not.
   */
  static async open(options?: Partial<ExtractorOptions>, run: RunOptions = {}): Promise<ActivationExtractor> {
    return ActivationExtractor.openWithin(new ThreadBudget(threadCount(options?.threads)), options, run);
  }

  /**
   * {@link ActivationExtractor.open} with threads that other work shares.
   *
   * @internal
   */
  static async openWithin(
    budget: ThreadBudget,
    options: Partial<ExtractorOptions> | undefined,
    { signal }: RunOptions,
  ): Promise<ActivationExtractor> {
    throwIfAborted(signal);
    const defaults: Omit<ExtractorOptions, "threads"> = { ...EXTRACTOR_DEFAULTS, model: "default" };
    const { model, device, maxSide, maxPixels, scales } = withDefaults("options", options, defaults, ["threads"]);
    const limits = checkImageOptions({ maxSide, maxPixels });
    checkScales(scales);
    const opened = await openOnDevice(model, device, budget.threads, signal);
    return new ActivationExtractor(opened.network, opened.device, limits, [...scales], budget);
  }

  /**
   * The activation map of one image.
   *
   * @throws {LeitmotifError} `ERR_IMAGE` when the image cannot be read, `ERR_MODEL` when the network fails on it or its
   *   tensor holds NaN or negative values, `ERR_ABORTED`.
   */
  async extract(source: ImageSource, { signal }: RunOptions = {}): Promise<Extraction> {
    const image = await this.read(source, { signal });
    const threads = this.device.name === "cpu" ? this.#budget.threads : 0;
    const { map, padded } = await this.#within(threads, () => this.#feed(image, signal), signal);
    return {
      map,
      image: { width: image.originalWidth, height: image.originalHeight },
      fed: { width: image.width, height: image.height },
      padded,
    };
  }

  /**
   * An image as the network would see it, `maxSide` and `enlargeTo` applied: for extracting a part of it at the same scale.
   *
   * @throws {LeitmotifError} `ERR_IMAGE`, `ERR_ABORTED`.
   */
  read(source: ImageSource, { signal }: Pick<RunOptions, "signal"> = {}): Promise<Required<RgbImage>> {
    return this.#within(1, () => this.#read(source), signal);
  }

  /**
   * The activation maps of many images, in order; an image that cannot be used is an outcome with its error. While the
   * network works on one, the next are read. `onProgress` is called where the number of images is known.
   *
   * @throws {LeitmotifError} `ERR_ABORTED`, or what makes every further image fail.
   */
  async *extractMany<S extends ImageSource>(
    sources: Iterable<S> | AsyncIterable<S>,
    { concurrency = 2, signal, onProgress }: ExtractManyOptions = {},
  ): AsyncGenerator<ExtractionOutcome<S>, void, undefined> {
    checkInteger("concurrency", concurrency, { min: 1, max: 64 });
    const total = Array.isArray(sources) ? sources.length : undefined;
    const started: Promise<ExtractionOutcome<S>>[] = [];
    const finish = async (): Promise<ExtractionOutcome<S>> => {
      const outcome = await (started.shift() as Promise<ExtractionOutcome<S>>);
      if (outcome.error?.code === "ERR_ABORTED" || (outcome.error && this.#network.closed())) throw outcome.error;
      if (total) onProgress?.((outcome.index + 1) / total);
      return outcome;
    };
    let index = 0;
    for await (const source of sources) {
      started.push(this.#attempt(source, index++, signal));
      if (started.length > concurrency) yield await finish();
    }
    while (started.length > 0) yield await finish();
  }

  /** Whether the network's thread has ended, by disposal or a crash: nothing can be extracted any more. */
  get closed(): boolean {
    return this.#network.closed();
  }

  /** Frees the network and its thread; what still waits for them rejects. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#network.close();
  }

  async #attempt<S extends ImageSource>(
    source: S,
    index: number,
    signal: AbortSignal | undefined,
  ): Promise<ExtractionOutcome<S>> {
    try {
      return { index, source, extraction: await this.extract(source, { signal }) };
    } catch (error) {
      if (!(error instanceof LeitmotifError)) throw error;
      return { index, source, error };
    }
  }

  /** Work within the budget; what was aborted while it waited for threads does nothing with them. */
  #within<T>(threads: number, work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const started = this.#budget.use(threads, () => {
      throwIfAborted(signal);
      return work();
    });
    return abortable(started, signal);
  }

  /** Feeds an image at all scales. */
  async #feed(image: Required<RgbImage>, signal: AbortSignal | undefined) {
    const fed = [];
    for (const scale of this.#scales) fed.push(await this.#network.feed(await this.#scaled(image, scale), signal));
    const [first, ...others] = fed as [(typeof fed)[number], ...typeof fed];
    if (others.length === 0) return first;
    return { ...first, map: await this.#network.blend([first.map, ...others.map(({ map }) => map)], signal) };
  }

  async #scaled(image: Required<RgbImage>, scale: number): Promise<RgbImage> {
    if (scale === 1) return image;
    const { limit } = this.#network;
    const within = Math.min(scale, limit.width / image.width, limit.height / image.height);
    const side = (pixels: number) => Math.max(1, Math.round(pixels * within));
    return resizeImage(image, { width: side(image.width), height: side(image.height) });
  }

  async #read(source: ImageSource): Promise<Required<RgbImage>> {
    const { maxSide, maxPixels } = this.#limits;
    const { width, height } = this.#network.limit;
    const limit = { width: Math.min(maxSide, width), height: Math.min(maxSide, height) };
    const encoded = typeof source === "string" || source instanceof Uint8Array;
    const { enlargeTo } = this.model.description;
    return encoded ? decodeImage(source, limit, maxPixels, enlargeTo) : fitImage(source, limit);
  }
}
