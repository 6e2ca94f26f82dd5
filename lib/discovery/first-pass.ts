import type { Arrays } from "../collection/record-log.js";
import { poolRegionsBatch } from "../descriptors/pooling.js";
import { HALVES, halves } from "../descriptors/self-similarity.js";
import { type ErrorCode, LeitmotifError, throwIfAborted } from "../errors.js";
import { detectRegionsBatch } from "../regions/detect.js";
import type { ImageSize } from "../regions/pixel-box.js";
import type { Region } from "../regions/region.js";
import { featureSaliencyBatch } from "../saliency/feature-saliency.js";
import type { SaliencyMap } from "../saliency/saliency-map.js";
import { ahead } from "./ahead.js";
import { StageProgress } from "./events.js";
import { firstPassKinds, globalVectors } from "./descriptor-kinds.js";
import { packMap } from "./packed-map.js";
import type { Parameters } from "./parameters.js";
import type { PassValue, RecordStore } from "./record-store.js";
import type { RunContext } from "./run-context.js";
import type { LoadedImage, Source, SourceImage } from "./source.js";
import { storeHalves } from "./stored-halves.js";

/** What the first pass keeps of an image; its regions are those of the feature saliency map. */
export interface FirstValue extends PassValue {
  bytes: number;
  sha256: string | null;
  image: ImageSize;
  fed: ImageSize;
  map: ImageSize;
  channels: number;
}

/** Errors that speak of one image, not of the run. */
const OF_ONE_IMAGE: readonly ErrorCode[] = ["ERR_IMAGE", "ERR_DISK", "ERR_MODEL", "ERR_INVALID_ARGUMENT"];

interface Pending {
  image: SourceImage;
  stamp: string;
}

interface Loaded extends LoadedImage {
  path: string;
  stamp: string;
}

/**
 * First pass over the images, each on its own (sections 3.3 to 3.5): activation map, feature saliency, regions and
 * their vectors. Those that the store has already are left as they are.
 */
export class FirstPass {
  readonly #source: Source;
  readonly #store: RecordStore<FirstValue>;
  readonly #parameters: Parameters;
  readonly #context: RunContext;
  readonly #progress: StageProgress;
  readonly #order: string[] = [];
  readonly #failed = new Set<string>();

  constructor(source: Source, store: RecordStore<FirstValue>, parameters: Parameters, context: RunContext) {
    this.#source = source;
    this.#store = store;
    this.#parameters = parameters;
    this.#context = context;
    this.#progress = new StageProgress("feature regions", source.total, context.tell);
  }

  /**
   * @returns paths of the images that the store now holds, in the source's order; what cannot be used is added to the
   *   source's `skipped`.
   */
  async run(): Promise<string[]> {
    const { stopwatch, signal } = this.#context;
    let waiting = performance.now();
    for await (const outcomes of ahead(this.#pending(), this.#context.imagesAhead, (item) => this.#load(item))) {
      stopwatch.add("extraction", (performance.now() - waiting) / 1000, outcomes.length);
      throwIfAborted(signal);
      await this.#analyse(outcomes.filter((loaded) => loaded !== undefined));
      this.#progress.add(outcomes.length);
      waiting = performance.now();
    }
    return this.#order.filter((path) => !this.#failed.has(path));
  }

  /** The images that the store lacks. */
  async *#pending(): AsyncGenerator<Pending> {
    for await (const image of this.#source.images) {
      throwIfAborted(this.#context.signal);
      this.#order.push(image.path);
      try {
        const stamp = await image.stamp();
        if (this.#store.has(image.path, stamp)) this.#progress.resume();
        else yield { image, stamp };
      } catch (error) {
        this.#skip(image.path, error);
        this.#progress.add(1);
      }
    }
  }

  async #load({ image, stamp }: Pending): Promise<Loaded | undefined> {
    try {
      return { path: image.path, stamp, ...(await image.load(this.#context.signal)) };
    } catch (error) {
      this.#skip(image.path, error);
      return undefined;
    }
  }

  /** Records that an image cannot be used, or throws what is more than that. */
  #skip(path: string, error: unknown): void {
    const ofOneImage = error instanceof LeitmotifError && OF_ONE_IMAGE.includes(error.code);
    if (!ofOneImage || !this.#source.forgiving()) throw error;
    const skipped = { path, code: error.code, reason: error.message };
    this.#failed.add(path);
    this.#source.skipped.push(skipped);
    this.#context.tell?.({ type: "skipped", ...skipped });
  }

  /** Takes images through the stages together; when one spoils that, each alone. */
  async #analyse(batch: Loaded[]): Promise<void> {
    let records: Analysed[];
    try {
      const { budget, threads } = this.#context;
      records = await budget.use(threads, () => analyse(batch, this.#parameters, this.#context));
    } catch (error) {
      if (batch.length === 1) return this.#skip((batch[0] as Loaded).path, error);
      for (const loaded of batch) await this.#analyse([loaded]);
      return;
    }
    await this.#context.stopwatch.time("records", batch.length, async () => {
      for (const { value, arrays } of records) await this.#store.add(value, arrays);
    });
  }
}

interface Analysed {
  value: FirstValue;
  arrays: Arrays;
}

async function analyse(batch: Loaded[], parameters: Parameters, context: RunContext): Promise<Analysed[]> {
  const { signal, threads, stopwatch } = context;
  const run = { signal, threads };
  const count = batch.length;
  const maps = batch.map((loaded) => loaded.map);
  const saliency = await stopwatch.time("feature saliency", count, () =>
    featureSaliencyBatch(maps, parameters.featureSaliency, run),
  );
  const regions = await stopwatch.time("feature regions", count, () =>
    detectRegionsBatch(saliency, parameters.featureRegions, run),
  );
  // Of each image its regions, then their halves.
  const places = regions.map((of) => [...of, ...of.flatMap(halves)]);
  const pooled = await stopwatch.time("pooling", count, () => poolRegionsBatch(maps, places, run));
  const packed =
    parameters.maps === "keep"
      ? await stopwatch.time("packing maps", count, () => Promise.all(maps.map((map) => packMap(map))))
      : [];
  const kinds = firstPassKinds(parameters.descriptors.kinds);
  let taken = 0;
  return batch.map((loaded, i) => {
    const { map, path, stamp, bytes, sha256, image, fed } = loaded;
    const of = regions[i] as Region[];
    const own = saliency[i] as SaliencyMap;
    const take = (rows: number) => pooled.data.subarray(taken, (taken += rows * map.channels));
    const vectors = take(of.length);
    const parts = take(HALVES * of.length);
    return {
      value: {
        path,
        stamp,
        regions: of,
        bytes,
        sha256,
        image,
        fed,
        map: { width: map.width, height: map.height },
        channels: map.channels,
      },
      arrays: {
        saliency: own.data,
        vectors,
        ...storeHalves(parts, map.channels),
        ...globalVectors(kinds, map, { regions: of, saliency: own }, parameters.uniform),
        ...packed[i],
      },
    };
  });
}
