import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { LeitmotifError } from "../errors.js";
import { type Pieces, writeArray } from "./array-file.js";
import { syncFolder, writeAtomically, type Written } from "./atomic-file.js";
import { onDisk } from "./disk.js";
import type { Field } from "./fields.js";
import { encodeLines } from "./json-lines.js";
import {
  arrayFile,
  arraySpecs,
  type Counts,
  DATA_FOLDER,
  dataFolder,
  FORMAT,
  FORMAT_VERSION,
  imageField,
  type ImageRecord,
  IMAGES_FILE,
  type Manifest,
  MANIFEST_FILE,
  manifestField,
  objectField,
  type ObjectRecord,
  OBJECTS_FILE,
} from "./schema.js";

/** What the writer does not know by itself. */
export type ManifestContent = Omit<Manifest, "format" | "version" | "data" | "files" | "counts" | "descriptors">;

type Records<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Writes a collection into a data folder of its own. Until {@link CollectionWriter.commit} has renamed the manifest into
 * place, the folder reads as before: as the earlier collection, or as none.
 */
export class CollectionWriter {
  /** Set as they become known: an array's shape follows from them when it is written. */
  readonly counts: Counts;
  readonly #folder: string;
  readonly #data: string;
  readonly #descriptors: readonly string[];
  readonly #files: Record<string, Written>;

  private constructor(folder: string, data: string, descriptors: readonly string[], begun: Begun) {
    this.#folder = folder;
    this.#data = data;
    this.#descriptors = descriptors;
    this.#files = { ...begun.files };
    this.counts = { ...begun.counts };
  }

  /**
   * @param generation the data folder's number: one above that of the collection that stands there now
   * @param descriptors kinds of global descriptors that it will hold
   * @param begun what an earlier, interrupted run has finished of the same data folder
   */
  static async create(
    folder: string,
    generation: number,
    descriptors: readonly string[],
    begun: Begun = { counts: NO_COUNTS, files: {} },
  ): Promise<CollectionWriter> {
    const data = dataFolder(generation);
    await onDisk("created", join(folder, data), async () => {
      await mkdir(join(folder, data), { recursive: true });
      await syncFolder(folder);
    });
    return new CollectionWriter(folder, data, descriptors, begun);
  }

  /** What is finished so far, for a later run to go on from. */
  get begun(): Begun {
    return { counts: { ...this.counts }, files: { ...this.#files } };
  }

  /** Writes an array from pieces that together make up its shape. */
  async array(name: string, pieces: Pieces): Promise<void> {
    const spec = arraySpecs(this.#descriptors).get(name);
    if (!spec) throw new LeitmotifError("ERR_INTERNAL", `a collection has no array ${name}`);
    const file = arrayFile(name);
    const header = { dtype: spec.dtype, shape: spec.shape(this.counts) };
    this.#files[file] = await writeArray(join(this.#folder, this.#data, file), header, pieces);
  }

  async images(records: Records<ImageRecord>): Promise<void> {
    await this.#lines(IMAGES_FILE, imageField, records);
  }

  async objects(records: Records<ObjectRecord>): Promise<void> {
    await this.#lines(OBJECTS_FILE, objectField, records);
  }

  async #lines<T>(file: string, field: Field<T>, records: Records<T>): Promise<void> {
    this.#files[file] = await writeAtomically(join(this.#folder, this.#data, file), encodeLines(file, field, records));
  }

  /** Makes the collection the one that the folder holds, then removes the earlier one. */
  async commit(content: ManifestContent): Promise<void> {
    const manifest: Manifest = {
      format: FORMAT,
      version: FORMAT_VERSION,
      ...content,
      counts: this.counts,
      descriptors: [...this.#descriptors],
      data: this.#data,
      files: this.#files,
    };
    const text = JSON.stringify(manifestField(manifest, MANIFEST_FILE), null, 2);
    await writeAtomically(join(this.#folder, MANIFEST_FILE), [Buffer.from(`${text}\n`)]);
    await removeOtherData(this.#folder, this.#data);
  }
}

/** Finished parts of a collection. */
export interface Begun {
  counts: Counts;
  files: Record<string, Written>;
}

const NO_COUNTS: Counts = {
  images: 0,
  skipped: 0,
  regions: 0,
  edges: 0,
  cells: 0,
  channels: 1,
  dimensions: 1,
  objects: 0,
};

/** Removes all data folders but `data`. What cannot be removed harms nobody: a later run tries again. */
async function removeOtherData(folder: string, data: string): Promise<void> {
  const entries = await readdir(folder).catch((): string[] => []);
  for (const name of entries.filter((name) => DATA_FOLDER.test(name) && name !== data)) {
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
