/**
 * Golden cases of the reference: a folder a case, `case.json` and raw little-endian arrays. A small part stands in
 * test/fixtures/golden; the whole is used where the shared folder is there, or another folder through LEITMOTIF_GOLDEN.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ExecutionContext } from "ava";
import type { Matrix } from "../../lib/index.js";

interface ArrayEntry {
  file: string;
  shape: number[];
  role: "input" | "expected";
}

export class GoldenCase {
  readonly name: string;
  readonly params: Record<string, unknown>;
  readonly values: Record<string, unknown>;
  readonly #folder: string;
  readonly #arrays: Record<string, ArrayEntry>;

  constructor(folder: string, name: string) {
    this.name = name;
    this.#folder = join(folder, name);
    const meta = JSON.parse(readFileSync(join(this.#folder, "case.json"), "utf8"));
    this.params = meta.params;
    this.values = meta.values ?? {};
    this.#arrays = meta.arrays;
  }

  shape(array: string): number[] {
    return this.#entry(array).shape;
  }

  f32(array: string): Float32Array {
    return new Float32Array(this.#bytes(array, ".f32"));
  }

  /** A two-dimensional array. */
  matrix(array: string): Matrix {
    const [rows, columns] = this.shape(array) as [number, number];
    return { data: this.f32(array), rows, columns };
  }

  i32(array: string): Int32Array {
    return new Int32Array(this.#bytes(array, ".i32"));
  }

  #entry(array: string): ArrayEntry {
    const entry = this.#arrays[array];
    if (!entry) throw new Error(`golden case ${this.name} has no array ${array}`);
    return entry;
  }

  #bytes(array: string, extension: string): ArrayBuffer {
    const { file } = this.#entry(array);
    if (!file.endsWith(extension)) throw new Error(`${this.name}/${array} is stored as ${file}`);
    const bytes = readFileSync(join(this.#folder, file));
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  }
}

const FIXTURES = fileURLToPath(new URL("../fixtures/golden", import.meta.url));
const SHARED = fileURLToPath(new URL("../../../shared/reference/golden", import.meta.url));

function goldenFolders(): string[] {
  if (process.env.LEITMOTIF_GOLDEN) return [process.env.LEITMOTIF_GOLDEN];
  return existsSync(SHARED) ? [SHARED] : [FIXTURES];
}

/** The cases whose name begins with `prefix`. At least one, or the tests would pass by checking nothing. */
export function goldenCases(prefix: string): GoldenCase[] {
  const cases = goldenFolders().flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.startsWith(prefix))
      .sort()
      .map((name) => new GoldenCase(folder, name)),
  );
  if (cases.length === 0) throw new Error(`no golden case begins with ${prefix}`);
  return cases;
}

/** Prints a line `case array error tolerance` when LEITMOTIF_GOLDEN is set, and fails beyond the tolerance. */
export function assertError(t: ExecutionContext, golden: GoldenCase, array: string, error: number, tolerance: number) {
  if (process.env.LEITMOTIF_GOLDEN) {
    t.log(`${golden.name} ${array}: largest error ${error.toExponential(2)}, tolerance ${tolerance.toExponential(0)}`);
  }
  t.true(error <= tolerance, `${golden.name} ${array}: error ${error} above ${tolerance}`);
}

/** The largest difference of two arrays; infinite where they differ in length or one holds NaN. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] as number) - (expected[i] as number));
    largest = Math.max(largest, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  return largest;
}

/** Compares within `tolerance` times the largest expected magnitude ("relative to the array's largest value"). */
export function assertClose(
  t: ExecutionContext,
  golden: GoldenCase,
  array: string,
  actual: ArrayLike<number>,
  tolerance: number,
  expected: ArrayLike<number> = golden.f32(array),
) {
  const largest = Array.from(expected).reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  const error = largestDifference(actual, expected);
  assertError(t, golden, array, largest > 0 ? error / largest : error, tolerance);
}
