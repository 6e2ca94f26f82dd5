import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { Written } from "./atomic-file.js";
import { onDisk } from "./disk.js";
import { corrupt, type Field } from "./fields.js";

/** Records as JSON, a line each, every one checked. */
export async function* encodeLines<T>(
  file: string,
  field: Field<T>,
  records: Iterable<T> | AsyncIterable<T>,
): AsyncGenerator<Uint8Array> {
  let line = 0;
  for await (const record of records) {
    yield Buffer.from(`${JSON.stringify(field(record, `${file}:${++line}`))}\n`);
  }
}

/**
 * Reads a file of records.
 *
 * @throws {LeitmotifError} `ERR_COLLECTION_CORRUPT` when hash or a record is wrong, naming the line.
 */
export async function readLines<T>(path: string, field: Field<T>, written: Written): Promise<T[]> {
  const records: T[] = [];
  await onDisk("read", path, async () => {
    const handle = await open(path, "r");
    try {
      const hash = createHash("sha256");
      for await (const line of handle.readLines({ autoClose: false })) {
        hash.update(`${line}\n`);
        records.push(field(parse(line, `${path}:${records.length + 1}`), `${path}:${records.length + 1}`));
      }
      if (hash.digest("hex") !== written.sha256) throw corrupt(path, "does not have the manifest's hash");
    } finally {
      await handle.close();
    }
  });
  return records;
}

function parse(line: string, at: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw corrupt(at, "is not JSON", cause);
  }
}
