import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { onDisk } from "./disk.js";

/** What a finished file holds. */
export interface Written {
  bytes: number;
  sha256: string;
}

/** What is written and hashed at a time: Node writes less than 2 GiB at once, and hashing holds the event loop. */
const PIECE_BYTES = 1 << 22;

/** Makes the entries of a folder durable: a rename or a new file survives a power cut only after this. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes all of `chunk`, at `position` where given. */
export async function writeAll(handle: FileHandle, chunk: Uint8Array, position: number | null = null): Promise<void> {
  let done = 0;
  while (done < chunk.byteLength) {
    const at = position === null ? null : position + done;
    done += (await handle.write(chunk, done, chunk.byteLength - done, at)).bytesWritten;
  }
}

/**
 * A file that appears under its name whole or not at all: written beside it as `<name>.tmp`, synced, renamed, and the
 * folder synced.
 */
export class AtomicFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #hash: Hash = createHash("sha256");
  #bytes = 0;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  static async create(path: string): Promise<AtomicFile> {
    return onDisk("written", path, async () => new AtomicFile(path, await open(`${path}.tmp`, "w")));
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.byteLength; at += PIECE_BYTES) {
      const piece = chunk.subarray(at, at + PIECE_BYTES);
      await onDisk("written", this.#path, () => writeAll(this.#handle, piece));
      this.#hash.update(piece);
    }
    this.#bytes += chunk.byteLength;
  }

  async commit(): Promise<Written> {
    return onDisk("written", this.#path, async () => {
      await this.#handle.sync();
      await this.#handle.close();
      await rename(`${this.#path}.tmp`, this.#path);
      await syncFolder(dirname(this.#path));
      return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
    });
  }

  /** Gives up the file: nothing is left of it. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(`${this.#path}.tmp`, { force: true }).catch(() => undefined);
  }
}

/** Writes a file through {@link AtomicFile} from pieces that are made one after the other. */
export async function writeAtomically(
  path: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<Written> {
  const file = await AtomicFile.create(path);
  try {
    for await (const chunk of chunks) await file.write(chunk);
    return await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
}
