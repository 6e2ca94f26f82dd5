import { mkdir } from "node:fs/promises";
import { onDisk } from "../../collection/disk.js";
import { RecordLog, type RecordPlace } from "../../collection/record-log.js";
import { ahead } from "../../discovery/ahead.js";
import { packMap, unpackMap } from "../../discovery/packed-map.js";
import type { GivenMap, Source, SourceImage } from "../../discovery/source.js";
import { LeitmotifError, throwIfAborted } from "../../errors.js";
import type { ActivationMap } from "../../features/activation-map.js";
import type { RunOptions } from "../../native.js";
import type { ImageSize } from "../../regions/pixel-box.js";

interface MapRecord {
  path: string;
  stamp: string;
  image: ImageSize;
  height: number;
  width: number;
  channels: number;
}

/** Activation maps of a folder's images, packed, in a folder of their own: extracted once, read as often as is wanted. */
export class KeptMaps implements AsyncDisposable {
  readonly #log: RecordLog;
  readonly #places: Map<string, RecordPlace & { stamp: string }>;
  #paths: readonly string[] = [];

  private constructor(log: RecordLog, places: Map<string, RecordPlace & { stamp: string }>) {
    this.#log = log;
    this.#places = places;
  }

  /** @param key names the network and how it was fed: maps of another are not seen. */
  static async open(folder: string, key: string): Promise<KeptMaps> {
    await onDisk("created", folder, () => mkdir(folder, { recursive: true }));
    const places = new Map<string, RecordPlace & { stamp: string }>();
    const log = await RecordLog.open(folder, `maps-${key}`, (value, place) => {
      const { path, stamp } = value as MapRecord;
      places.set(path, { ...place, stamp });
    });
    return new KeptMaps(log, places);
  }

  /** Paths of the images that were filled in, in the source's order. */
  get paths(): readonly string[] {
    return this.#paths;
  }

  /** Extracts what is missing of a source. Images that cannot be used are added to its `skipped`. */
  async fill(source: Source, limit: number, { signal, onProgress }: RunOptions): Promise<void> {
    let done = 0;
    const paths: string[] = [];
    const load = async (image: SourceImage) => {
      const stamp = await image.stamp();
      const known = this.#places.get(image.path)?.stamp === stamp;
      return { image, stamp, loaded: known ? undefined : await image.load(signal) };
    };
    const attempt = (image: SourceImage) => load(image).catch((error: unknown) => ({ image, error }));
    for await (const batch of ahead(source.images, limit, attempt)) {
      throwIfAborted(signal);
      for (const outcome of batch) {
        const { path } = outcome.image;
        if ("error" in outcome) skip(source, path, outcome.error);
        else {
          if (outcome.loaded) await this.#add({ path, stamp: outcome.stamp, ...outcome.loaded });
          paths.push(path);
        }
        onProgress?.(++done / (source.total ?? done));
      }
    }
    this.#paths = paths;
    await this.#log.sync();
  }

  async #add({ path, stamp, map, image }: { path: string; stamp: string; map: ActivationMap; image: ImageSize }) {
    const { height, width, channels } = map;
    const record: MapRecord = { path, stamp, image, height, width, channels };
    this.#places.set(path, { ...(await this.#log.append(record, { ...(await packMap(map)) })), stamp });
  }

  /** One of {@link paths}. */
  async read(path: string): Promise<GivenMap> {
    const place = this.#places.get(path) as RecordPlace;
    const { value, arrays } = await this.#log.read(place, ["mask", "values"]);
    const { height, width, channels, image } = value as MapRecord;
    const { mask, values } = arrays as { mask: Uint8Array; values: Float32Array };
    return { id: path, map: await unpackMap({ mask, values }, height, width, channels), image };
  }

  /** All of them, one by one. */
  async *[Symbol.asyncIterator](): AsyncGenerator<GivenMap> {
    for (const path of this.#paths) yield await this.read(path);
  }

  /** Closes the files; they stay for the next run. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#log.close();
  }
}

/** Records that an image cannot be used, or throws what is more than that. */
function skip(source: Source, path: string, error: unknown): void {
  if (!(error instanceof LeitmotifError) || error.code === "ERR_ABORTED" || !source.forgiving()) throw error;
  source.skipped.push({ path, code: error.code, reason: error.message });
}
