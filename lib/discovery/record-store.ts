import { type Arrays, RecordLog, type RecordPlace } from "../collection/record-log.js";
import type { Region } from "../regions/region.js";

/** What a pass keeps of an image, besides arrays. */
export interface PassValue {
  path: string;
  /** Changes when the image does. */
  stamp: string;
  regions: Region[];
}

/** Where a pass puts what each image gave. */
export interface RecordStore<V extends PassValue> {
  /** Whether the image is in, as it is now. */
  has(path: string, stamp: string): boolean;
  add(value: V, arrays: Arrays): Promise<void>;
  /** A record's value, and those of its arrays that are named. */
  read(path: string, names: readonly string[]): Promise<{ value: V; arrays: Arrays }>;
  /** What tells this state of the record from any other; for keys that later work hangs on. */
  mark(path: string): string;
}

export class MemoryStore<V extends PassValue> implements RecordStore<V> {
  readonly #records = new Map<string, { value: V; arrays: Arrays }>();

  has(path: string): boolean {
    return this.#records.has(path);
  }

  add(value: V, arrays: Arrays): Promise<void> {
    this.#records.set(value.path, { value, arrays });
    return Promise.resolve();
  }

  read(path: string): Promise<{ value: V; arrays: Arrays }> {
    return Promise.resolve(this.#records.get(path) as { value: V; arrays: Arrays });
  }

  mark(path: string): string {
    return path;
  }
}

/** Keeps records in a {@link RecordLog}; only where they lie is held in memory. */
export class DiskStore<V extends PassValue> implements RecordStore<V> {
  readonly #log: RecordLog;
  readonly #places: Map<string, RecordPlace & { stamp: string }>;

  private constructor(log: RecordLog, places: Map<string, RecordPlace & { stamp: string }>) {
    this.#log = log;
    this.#places = places;
  }

  static async open<V extends PassValue>(folder: string, name: string): Promise<DiskStore<V>> {
    const places = new Map<string, RecordPlace & { stamp: string }>();
    const log = await RecordLog.open(folder, name, (value, place) => {
      const { path, stamp } = value as V;
      places.set(path, { ...place, stamp });
    });
    return new DiskStore(log, places);
  }

  has(path: string, stamp: string): boolean {
    return this.#places.get(path)?.stamp === stamp;
  }

  async add(value: V, arrays: Arrays): Promise<void> {
    const place = await this.#log.append(value, arrays);
    this.#places.set(value.path, { ...place, stamp: value.stamp });
  }

  async read(path: string, names: readonly string[]): Promise<{ value: V; arrays: Arrays }> {
    const { value, arrays } = await this.#log.read(this.#places.get(path) as RecordPlace, names);
    return { value: value as V, arrays };
  }

  mark(path: string): string {
    const place = this.#places.get(path);
    return `${path}:${place?.stamp}:${place?.crc}`;
  }

  get size(): number {
    return this.#places.size;
  }

  /** Makes what was added durable. */
  sync(): Promise<void> {
    return this.#log.sync();
  }

  close(): Promise<void> {
    return this.#log.close();
  }
}
