import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { syncFolder, writeAtomically } from "../collection/atomic-file.js";
import { isMissing, onDisk } from "../collection/disk.js";
import { FolderLock } from "../collection/lock.js";
import { readManifest } from "../collection/manifest.js";
import { DATA_FOLDER, dataFolder, LOCK_FILE, WORK_FOLDER } from "../collection/schema.js";
import type { Begun } from "../collection/writer.js";
import { LeitmotifError } from "../errors.js";
import { DiskStore, type PassValue } from "./record-store.js";

/** A short name for everything that a result hangs on. */
export function keyOf(...parts: unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

/** Files of passes that take each image alone. */
const OF_EACH_IMAGE = /^(first|views)-/;

/**
 * The folder of a collection while a run writes it: locked, and with what earlier, interrupted runs have left in its
 * work folder. Files there carry the key of what they hang on; those of another key are of no use and removed.
 */
export class Workspace {
  readonly folder: string;
  /** Number of the data folder that the run writes. */
  readonly generation: number;
  readonly #lock: FolderLock;
  readonly #stores: Pick<DiskStore<PassValue>, "size" | "close">[] = [];

  private constructor(folder: string, generation: number, lock: FolderLock) {
    this.folder = folder;
    this.generation = generation;
    this.#lock = lock;
  }

  /**
   * Makes the folder where it is missing, and locks it.
   *
   * @throws {LeitmotifError} `ERR_COLLECTION` when it holds something else or another process writes it,
   *   `ERR_COLLECTION_VERSION` when a newer release wrote it, `ERR_DISK` when it cannot be written.
   */
  static async open(path: string): Promise<Workspace> {
    const folder = resolve(path);
    await checkOurs(folder);
    await onDisk("created", folder, () => mkdir(folder, { recursive: true }));
    const lock = await FolderLock.acquire(folder);
    try {
      const manifest = await readManifest(folder);
      const present = manifest ? Number(DATA_FOLDER.exec(manifest.data)?.[1]) : 0;
      await onDisk("created", join(folder, WORK_FOLDER), () => mkdir(join(folder, WORK_FOLDER), { recursive: true }));
      return new Workspace(folder, present + 1, lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Opens a pass's records under a key. */
  async store<V extends PassValue>(pass: "first" | "views" | "second", key: string): Promise<DiskStore<V>> {
    await this.#removeOtherKeys(pass, key);
    const store = await DiskStore.open<V>(this.#work, `${pass}-${key}`);
    this.#stores.push(store);
    return store;
  }

  /** What was finished of the collection under a key; else the data folder is cleared. */
  async checkpoint(key: string): Promise<Begun | undefined> {
    await this.#removeOtherKeys("model", key);
    const path = this.#checkpointPath(key);
    try {
      return JSON.parse(await readFile(path, "utf8")) as Begun;
    } catch (error) {
      if (!isMissing(error)) return onDisk("read", path, () => Promise.reject(error as Error));
    }
    const data = join(this.folder, dataFolder(this.generation));
    await onDisk("cleared", data, () => rm(data, { recursive: true, force: true }));
    return undefined;
  }

  async saveCheckpoint(key: string, begun: Begun): Promise<void> {
    await writeAtomically(this.#checkpointPath(key), [Buffer.from(JSON.stringify(begun))]);
  }

  /**
   * To be called when the collection stands: removes what was left for going on. Where `keepWork`, what was made of each
   * image alone stays, for a run over these images and others. What cannot be removed harms nobody.
   */
  async clear(keepWork: boolean): Promise<void> {
    const removed = keepWork
      ? (await readdir(this.#work)).filter((name) => !OF_EACH_IMAGE.test(name)).map((name) => join(this.#work, name))
      : [this.#work];
    for (const path of removed) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }

  /** Unlocks the folder. What the work folder holds stays for the next run; where that is nothing, no trace stays. */
  async close(): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.close()));
    if (this.#stores.every((store) => store.size === 0)) await rm(this.#work, { recursive: true, force: true });
    await this.#lock.release();
    await rmdir(this.folder).catch(() => undefined); // succeeds only where nothing is left in it
  }

  get #work(): string {
    return join(this.folder, WORK_FOLDER);
  }

  #checkpointPath(key: string): string {
    return join(this.#work, `model-${key}.json`);
  }

  async #removeOtherKeys(kind: string, key: string): Promise<void> {
    await onDisk("cleared", this.#work, async () => {
      for (const name of await readdir(this.#work)) {
        if (name.startsWith(`${kind}-`) && !name.startsWith(`${kind}-${key}`)) await rm(join(this.#work, name));
      }
      await syncFolder(this.#work);
    });
  }
}

/** A folder may be missing or empty, hold a collection, or what an interrupted run left. */
async function checkOurs(folder: string): Promise<void> {
  let entries: string[];
  try {
    entries = await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return;
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") {
      throw new LeitmotifError("ERR_COLLECTION", `${folder} is a file; name a folder for the collection`);
    }
    return onDisk("read", folder, () => Promise.reject(error as Error));
  }
  if ((await readManifest(folder)) || entries.includes(WORK_FOLDER)) return;
  const foreign = entries.find((name) => name !== LOCK_FILE && !name.endsWith(".tmp"));
  if (foreign === undefined) return;
  throw new LeitmotifError(
    "ERR_COLLECTION",
    `${folder} holds something else (${foreign}); name a new or empty folder for the collection`,
  );
}
