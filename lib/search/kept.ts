import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../collection/atomic-file.js";
import type { Collection } from "../collection/collection.js";

/**
 * What searches keep in a collection's folder `search`, to be quicker the next time. A file is a line of JSON, `of` and
 * `sha256`, and then what is kept. It holds for the very same `of`; whatever else is there is not used, and is replaced.
 */
export class Kept {
  readonly #folder: string;
  readonly #path: string;
  readonly #of: string;

  /** @param of all that determines what is kept, beside the collection's own data. */
  constructor(collection: Collection, name: string, of: object) {
    const { data, finished } = collection.manifest;
    this.#folder = join(collection.path, "search");
    this.#path = join(this.#folder, name);
    this.#of = JSON.stringify({ data, finished, ...of });
  }

  /** What was kept, whole and unharmed; else undefined. */
  async read(): Promise<Buffer | undefined> {
    try {
      const file = await readFile(this.#path);
      const end = file.indexOf("\n");
      const { of, sha256 } = JSON.parse(file.toString("utf8", 0, end)) as { of: object; sha256: string };
      const content = file.subarray(end + 1);
      return JSON.stringify(of) === this.#of && hash([content]) === sha256 ? content : undefined;
    } catch {
      return undefined;
    }
  }

  /** A collection that may not be written to is searched all the same. */
  async write(...pieces: readonly Uint8Array[]): Promise<void> {
    const head = `{"of":${this.#of},"sha256":"${hash(pieces)}"}\n`;
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeAtomically(this.#path, [Buffer.from(head), ...pieces]);
    } catch {
      return;
    }
  }
}

function hash(pieces: readonly Uint8Array[]): string {
  const sha256 = createHash("sha256");
  for (const piece of pieces) sha256.update(piece);
  return sha256.digest("hex");
}
