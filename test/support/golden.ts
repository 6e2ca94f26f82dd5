/**
 * Golden cases of the reference: a folder a case, `case.json` and raw little-endian arrays. A small part stands in
 * test/fixtures/golden; the whole is used where the shared folder is there, or another folder through LEITMOTIF_GOLDEN.
 * What a case should give is read from it alone, so that cases of other shapes and parameters are checked as well.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type { EgmOptions, Matrix, Rectangle } from "../../lib/index.js";
import { PACKAGE_ROOT } from "../../lib/package-root.js";

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

  /** Regions, from rows x0, y0, x1, y1. */
  rectangles(array: string): Rectangle[] {
    const values = this.i32(array);
    return Array.from({ length: values.length / 4 }, (_, i) => {
      const [x0, y0, x1, y1] = values.subarray(4 * i) as unknown as [number, number, number, number];
      return { x0, y0, x1, y1 };
    });
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

const FIXTURES = join(PACKAGE_ROOT, "test/fixtures/golden");
const SHARED = join(PACKAGE_ROOT, "../shared/reference/golden");

/** Set by `npm run test:golden` (to nothing, for the usual folder): every comparison then prints a line. */
const chosen = process.env.LEITMOTIF_GOLDEN;

function goldenFolder(): string {
  if (chosen) return chosen;
  return existsSync(SHARED) ? SHARED : FIXTURES;
}

/**
 * The cases whose name begins with `prefix`. The usual folders have at least one of each kind, or the tests would pass
 * by checking nothing; in a folder of the caller's choice a kind may be absent, which a test of its own then says.
 */
export function goldenCases(prefix: string): GoldenCase[] {
  const folder = goldenFolder();
  const names = readdirSync(folder).filter((name) => name.startsWith(prefix));
  if (names.length === 0) {
    if (!chosen) throw new Error(`no golden case begins with ${prefix}`);
    test(`${prefix}*: absent`, (t) => {
      t.log(`${prefix}*: absent from ${folder}`);
      t.pass();
    });
  }
  return names.sort().map((name) => new GoldenCase(folder, name));
}

/** Prints a line `case array error tolerance` where lines are wanted, and fails beyond the tolerance. */
export function assertError(t: ExecutionContext, golden: GoldenCase, array: string, error: number, tolerance: number) {
  if (chosen !== undefined) {
    const limit = tolerance === 0 ? "exact" : `tolerance ${tolerance.toExponential(0)}`;
    t.log(`${golden.name} ${array}: largest error ${error === 0 ? "0" : error.toExponential(2)}, ${limit}`);
  }
  t.true(error <= tolerance, `${golden.name} ${array}: error ${error} above ${tolerance}`);
}

/** Compares what must be equal: rectangles, counts, indices. */
export function assertExact(
  t: ExecutionContext,
  golden: GoldenCase,
  array: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number> = golden.i32(array),
) {
  assertError(t, golden, array, largestDifference(actual, expected), 0);
}

/** Rows x0, y0, x1, y1 of rectangles, as cases store them. */
export function corners(rectangles: readonly Rectangle[]): number[] {
  return rectangles.flatMap(({ x0, y0, x1, y1 }) => [x0, y0, x1, y1]);
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

const EGM_NAMES: Record<string, keyof EgmOptions> = {
  rho: "rho",
  tau: "tau",
  sigma: "sigma",
  floor: "floor",
  sample_weighting: "sampleWeighting",
  purge_threshold: "purgeThreshold",
  purge_mixing: "purgeMixing",
  max_iterations: "maxIterations",
  tolerance: "tolerance",
};

/** EGM options under our names. An option that we do not know keeps its name, and is refused. */
export function egmOptions(options: Record<string, unknown>): Partial<EgmOptions> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [EGM_NAMES[name] ?? name, value]));
}
