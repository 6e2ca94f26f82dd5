import { constants } from "node:fs";
import { type FileHandle, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { writeAll } from "./atomic-file.js";
import { onDisk } from "./disk.js";
import { corrupt } from "./fields.js";
import { byteView } from "./npy.js";

/** Arrays of a record, by name. */
export type Arrays = Record<string, Float32Array | Uint8Array>;

/** Where a record lies. */
export interface RecordPlace {
  file: number;
  offset: number;
  headerBytes: number;
  payloadBytes: number;
  crc: number;
}

interface StoredHeader {
  value: unknown;
  /** Name, type and length of each array, in the order in which they lie. */
  arrays: [string, "f4" | "u1", number][];
}

const MAGIC = 0x31524d4c; // "LMR1"
/** magic u32, crc u32, header bytes u32, payload bytes f64. */
const PREFIX_BYTES = 20;
const READ_BYTES = 1 << 22;

/**
 * The record log of an unfinished run: what each image gave is appended as one record (a JSON value and some arrays)
 * with a checksum, so that a run that was killed at any moment goes on after the last whole record. Each run begins a
 * file of its own, `<name>-<number>.log`: a torn tail is never written over or after.
 *
 * One record: magic, CRC-32 of header and payload, their lengths; the header (JSON); the arrays, each padded to four
 * bytes.
 */
export class RecordLog {
  readonly #files: FileHandle[] = [];
  readonly #current: FileHandle;
  #end = 0;

  private constructor(files: FileHandle[], current: FileHandle) {
    this.#files = [...files, current];
    this.#current = current;
  }

  /** Opens the logs of earlier runs, tells `onRecord` of each whole record in the order written, and begins a new one. */
  static async open(
    folder: string,
    name: string,
    onRecord: (value: unknown, place: RecordPlace) => void,
  ): Promise<RecordLog> {
    return onDisk("opened", folder, async () => {
      const pattern = new RegExp(`^${name}-\\d{4}\\.log$`);
      const existing = (await readdir(folder)).filter((file) => pattern.test(file)).sort();
      const files: FileHandle[] = [];
      try {
        for (const [i, file] of existing.entries()) {
          const handle = await open(join(folder, file), "r");
          files.push(handle);
          await scan(handle, i, onRecord);
        }
        const number = Number(existing.at(-1)?.slice(name.length + 1, -4) ?? 0) + 1;
        const path = join(folder, `${name}-${String(number).padStart(4, "0")}.log`);
        const current = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL);
        return new RecordLog(files, current);
      } catch (error) {
        await Promise.all(files.map((handle) => handle.close()));
        throw error;
      }
    });
  }

  /** Appends a record. Calls must not overlap. When the disk is full, what was written of it is given back. */
  async append(value: unknown, arrays: Arrays): Promise<RecordPlace> {
    const entries = Object.entries(arrays);
    const stored: StoredHeader = {
      value,
      arrays: entries.map(([key, array]) => [key, array instanceof Float32Array ? "f4" : "u1", array.length]),
    };
    const header = Buffer.from(JSON.stringify(stored));
    const pieces = entries.flatMap(([, array]) => [byteView(array), padding(array.byteLength)]);
    const record = Buffer.concat([Buffer.alloc(PREFIX_BYTES), header, ...pieces]);
    const place: RecordPlace = {
      file: this.#files.length - 1,
      offset: this.#end,
      headerBytes: header.length,
      payloadBytes: record.length - PREFIX_BYTES - header.length,
      crc: crc32(record.subarray(PREFIX_BYTES)),
    };
    writePrefix(record, place);
    await onDisk("written", "the run's record log", async () => {
      try {
        await writeAll(this.#current, record, this.#end);
      } catch (error) {
        await this.#current.truncate(this.#end).catch(() => undefined);
        throw error;
      }
    });
    this.#end += record.length;
    return place;
  }

  /** Reads a record's value, and those of its arrays that are asked for. */
  async read(place: RecordPlace, names: readonly string[] = []): Promise<{ value: unknown; arrays: Arrays }> {
    const handle = this.#files[place.file] as FileHandle;
    return onDisk("read", "the run's record log", async () => {
      const header = await readExactly(handle, place.offset + PREFIX_BYTES, place.headerBytes);
      const { value, arrays: stored } = JSON.parse(header.toString()) as StoredHeader;
      const arrays: Arrays = {};
      let offset = place.offset + PREFIX_BYTES + place.headerBytes;
      for (const [name, type, length] of stored) {
        const bytes = type === "f4" ? 4 * length : length;
        if (names.includes(name)) {
          const data = await readExactly(handle, offset, bytes);
          arrays[name] = type === "f4" ? new Float32Array(data.buffer, 0, length) : new Uint8Array(data.buffer);
        }
        offset += bytes + padding(bytes).length;
      }
      return { value, arrays };
    });
  }

  async sync(): Promise<void> {
    await onDisk("written", "the run's record log", () => this.#current.sync());
  }

  async close(): Promise<void> {
    await Promise.all(this.#files.map((handle) => handle.close()));
  }
}

const ZEROS = new Uint8Array(3);

function padding(bytes: number): Uint8Array {
  return ZEROS.subarray(0, (4 - (bytes % 4)) % 4);
}

function writePrefix(record: Buffer, { crc, headerBytes, payloadBytes }: RecordPlace): void {
  record.writeUInt32LE(MAGIC, 0);
  record.writeUInt32LE(crc, 4);
  record.writeUInt32LE(headerBytes, 8);
  record.writeDoubleLE(payloadBytes, 12);
}

/** Reads into memory of its own, so that arrays can be laid over it. */
async function readExactly(handle: FileHandle, offset: number, bytes: number): Promise<Buffer<ArrayBuffer>> {
  const buffer = Buffer.from(new ArrayBuffer(bytes));
  let done = 0;
  while (done < bytes) {
    const { bytesRead } = await handle.read(buffer, done, bytes - done, offset + done);
    if (bytesRead === 0) throw corrupt("the run's record log", "ends in the middle of a record");
    done += bytesRead;
  }
  return buffer;
}

/** Tells of every whole record, up to the end or the first that is torn. */
async function scan(
  handle: FileHandle,
  file: number,
  onRecord: (value: unknown, place: RecordPlace) => void,
): Promise<void> {
  const { size } = await handle.stat();
  let offset = 0;
  while (offset + PREFIX_BYTES <= size) {
    const prefix = await readExactly(handle, offset, PREFIX_BYTES);
    const headerBytes = prefix.readUInt32LE(8);
    const payloadBytes = prefix.readDoubleLE(12);
    const body = offset + PREFIX_BYTES;
    if (
      prefix.readUInt32LE(0) !== MAGIC ||
      !Number.isSafeInteger(payloadBytes) ||
      payloadBytes < 0 ||
      body + headerBytes + payloadBytes > size
    )
      return;
    const header = await readExactly(handle, body, headerBytes);
    let crc = crc32(header);
    const end = body + headerBytes + payloadBytes;
    for (let at = body + headerBytes; at < end; at += READ_BYTES) {
      crc = crc32(await readExactly(handle, at, Math.min(READ_BYTES, end - at)), crc);
    }
    if (crc !== prefix.readUInt32LE(4)) return;
    const { value } = JSON.parse(header.toString()) as StoredHeader;
    onRecord(value, { file, offset, headerBytes, payloadBytes, crc });
    offset = end;
  }
}
