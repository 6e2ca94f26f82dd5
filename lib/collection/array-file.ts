import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { LeitmotifError, throwIfAborted } from "../errors.js";
import type { RunOptions } from "../native.js";
import { writeAtomically, type Written } from "./atomic-file.js";
import { onDisk } from "./disk.js";
import { corrupt } from "./fields.js";
import {
  type ArrayOf,
  byteView,
  decodeHeader,
  type DType,
  DTYPES,
  elements,
  encodeHeader,
  MAX_HEADER_BYTES,
  type NpyHeader,
} from "./npy.js";
import type { ArraySpec, Counts } from "./schema.js";

/** Pieces of an array's values, in order. */
export type Pieces = Iterable<ArrayOf<DType>> | AsyncIterable<ArrayOf<DType>>;

/** Writes an array from pieces; together they make up its shape. */
export async function writeArray(path: string, header: NpyHeader, pieces: Pieces): Promise<Written> {
  return writeAtomically(path, arrayBytes(path, header, pieces));
}

async function* arrayBytes(path: string, header: NpyHeader, pieces: Pieces): AsyncGenerator<Uint8Array> {
  yield encodeHeader(header);
  let missing = elements(header.shape);
  for await (const piece of pieces) {
    if (!(piece instanceof DTYPES[header.dtype])) throw defect(path, `a piece is no ${header.dtype}`);
    missing -= piece.length;
    yield byteView(piece);
  }
  if (missing !== 0) throw defect(path, `it lacks ${missing} values`);
}

function defect(path: string, what: string): LeitmotifError {
  return new LeitmotifError("ERR_INTERNAL", `${path} cannot be written: ${what}`);
}

/** An array of a finished collection: its header is checked when it is opened, its values when they are read. */
export class ArrayReader {
  readonly #path: string;
  readonly #spec: ArraySpec;
  readonly #counts: Counts;
  readonly #written: Written;
  readonly #dataOffset: number;

  private constructor(path: string, spec: ArraySpec, counts: Counts, written: Written, dataOffset: number) {
    this.#path = path;
    this.#spec = spec;
    this.#counts = counts;
    this.#written = written;
    this.#dataOffset = dataOffset;
  }

  /** @throws {LeitmotifError} `ERR_COLLECTION_CORRUPT` when type, shape or size are not what the manifest implies. */
  static async open(path: string, spec: ArraySpec, counts: Counts, written: Written): Promise<ArrayReader> {
    return withFile(path, async (handle) => {
      const header = await readHeader(handle, path);
      const shape = spec.shape(counts);
      if (header.dtype !== spec.dtype || header.shape.join() !== shape.join()) {
        throw corrupt(path, `must be ${spec.dtype} (${shape.join(", ")}), is ${describe(header)}`);
      }
      const bytes = header.dataOffset + elements(shape) * DTYPES[spec.dtype].BYTES_PER_ELEMENT;
      const { size } = await handle.stat();
      if (size !== bytes || size !== written.bytes) throw corrupt(path, `must have ${bytes} bytes, has ${size}`);
      return new ArrayReader(path, spec, counts, written, header.dataOffset);
    });
  }

  /** Reads all of it, and checks its hash and every value. */
  async read<D extends DType>(dtype: D, run: Pick<RunOptions, "signal"> = {}): Promise<ArrayOf<D>> {
    return withFile(this.#path, async (handle) => {
      const hash = createHash("sha256");
      const values = allocate(dtype, elements(this.#spec.shape(this.#counts)));
      hash.update(await readAt(handle, 0, new Uint8Array(this.#dataOffset), this.#path));
      const bytes = byteView(values);
      for (let at = 0; at < bytes.length; at += READ_BYTES) {
        throwIfAborted(run.signal);
        hash.update(await readAt(handle, this.#dataOffset + at, bytes.subarray(at, at + READ_BYTES), this.#path));
      }
      if (hash.digest("hex") !== this.#written.sha256) throw corrupt(this.#path, "does not have the manifest's hash");
      const most = READ_BYTES / values.BYTES_PER_ELEMENT;
      for (let at = 0; at < values.length; at += most) {
        // The value before, too: values may have to ascend.
        checkValues(values.subarray(Math.max(0, at - 1), at + most), this.#spec, this.#counts, this.#path);
        await setImmediate();
        throwIfAborted(run.signal);
      }
      return values;
    });
  }

  /** Reads the values `from`..`to` (exclusive) of the flat array, and checks them, but not the hash. */
  async slice<D extends DType>(dtype: D, from: number, to: number): Promise<ArrayOf<D>> {
    return withFile(this.#path, async (handle) => {
      const values = allocate(dtype, to - from);
      const offset = this.#dataOffset + from * values.BYTES_PER_ELEMENT;
      await readAt(handle, offset, byteView(values), this.#path);
      checkValues(values, this.#spec, this.#counts, this.#path);
      return values;
    });
  }
}

/** What is read, hashed and checked before the event loop has its turn again. */
const READ_BYTES = 1 << 22;

function allocate<D extends DType>(dtype: D, length: number): ArrayOf<D> {
  return new DTYPES[dtype](length) as ArrayOf<D>;
}

function describe({ dtype, shape }: NpyHeader): string {
  return `${dtype} (${shape.join(", ")})`;
}

async function withFile<T>(path: string, body: (handle: FileHandle) => Promise<T>): Promise<T> {
  return onDisk("read", path, async () => {
    const handle = await open(path, "r");
    try {
      return await body(handle);
    } finally {
      await handle.close();
    }
  });
}

async function readHeader(handle: FileHandle, path: string): Promise<ReturnType<typeof decodeHeader>> {
  const buffer = new Uint8Array(MAX_HEADER_BYTES);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
  return decodeHeader(buffer.subarray(0, bytesRead), path);
}

/** Fills `target` from `offset` on. */
async function readAt(handle: FileHandle, offset: number, target: Uint8Array, path: string): Promise<Uint8Array> {
  let done = 0;
  while (done < target.length) {
    const { bytesRead } = await handle.read(target, done, target.length - done, offset + done);
    if (bytesRead === 0) throw corrupt(path, "is cut short");
    done += bytesRead;
  }
  return target;
}

function checkValues(values: ArrayOf<DType>, spec: ArraySpec, counts: Counts, path: string): void {
  const [least, largest] = spec.range?.(counts) ?? [-Number.MAX_VALUE, Number.MAX_VALUE];
  let previous = least;
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (!(value >= least && value <= largest)) throw corrupt(path, `holds ${value}, outside ${least}..${largest}`);
    if (spec.ascending && value < previous) throw corrupt(path, `must not fall, does from ${previous} to ${value}`);
    previous = value;
  }
}
