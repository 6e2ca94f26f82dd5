import { corrupt } from "./fields.js";

/**
 * The array files of a collection: NumPy's .npy, format 1.0, C order, little-endian as all platforms that Leitmotif runs
 * on are.
 */
export const DTYPES = { "<f4": Float32Array, "<i4": Int32Array, "<i8": BigInt64Array } as const;

export type DType = keyof typeof DTYPES;
export type ArrayOf<D extends DType> = D extends "<f4" ? Float32Array : D extends "<i4" ? Int32Array : BigInt64Array;

export interface NpyHeader {
  dtype: DType;
  shape: number[];
}

const MAGIC = Buffer.from("\x93NUMPY\x01\x00", "latin1");
/** Data begins at a multiple of this, as NumPy writes it. */
const ALIGNMENT = 64;
/** Format 1.0 gives a header's length in two bytes. */
export const MAX_HEADER_BYTES = MAGIC.length + 2 + 0xffff;

export function encodeHeader({ dtype, shape }: NpyHeader): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text = `{'descr': '${dtype}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const unpadded = MAGIC.length + 2 + text.length + 1;
  const total = Math.ceil(unpadded / ALIGNMENT) * ALIGNMENT;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(total - MAGIC.length - 2);
  return Buffer.concat([MAGIC, length, Buffer.from(`${text.padEnd(total - MAGIC.length - 3)}\n`, "latin1")]);
}

const HEADER = /^\{'descr': '([^']*)', 'fortran_order': (False|True), 'shape': \(((?:\d+, )*(?:\d+,?)?)\), \}[ ]*\n$/;

/**
 * Reads the header at the beginning of `bytes`.
 *
 * @throws {LeitmotifError} `ERR_COLLECTION_CORRUPT` for anything but a C-ordered array of one of {@link DTYPES}.
 */
export function decodeHeader(bytes: Uint8Array, file: string): NpyHeader & { dataOffset: number } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < MAGIC.length + 2 || !buffer.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw corrupt(file, "is not a .npy file of format 1.0");
  }
  const dataOffset = MAGIC.length + 2 + buffer.readUInt16LE(MAGIC.length);
  const match = HEADER.exec(buffer.toString("latin1", MAGIC.length + 2, dataOffset));
  if (buffer.length < dataOffset || !match) throw corrupt(file, "has a .npy header that cannot be read");
  const [, dtype = "", order, dimensions = ""] = match;
  if (!Object.hasOwn(DTYPES, dtype) || order !== "False") {
    throw corrupt(file, `holds ${dtype} in ${order === "True" ? "Fortran" : "C"} order, which no collection does`);
  }
  const shape = dimensions
    .split(",")
    .map((d) => d.trim())
    .filter(Boolean)
    .map(Number);
  return { dtype: dtype as DType, shape, dataOffset };
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, d) => product * d, 1);
}

export function byteView(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
