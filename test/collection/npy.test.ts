import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { writeFile } from "node:fs/promises";
import test from "ava";
import fc from "fast-check";
import { ArrayReader, writeArray } from "../../lib/collection/array-file.js";
import { type ArrayOf, decodeHeader, type DType, DTYPES, elements, encodeHeader } from "../../lib/collection/npy.js";
import { temporaryFolder } from "../support/folders.js";

const corrupt = { instanceOf: Error, code: "ERR_COLLECTION_CORRUPT" };
const dtypes = Object.keys(DTYPES) as DType[];
const shapes = fc.array(fc.nat(7), { minLength: 1, maxLength: 4 });

function values(dtype: DType, count: number): ArrayOf<DType> {
  const number = (i: number) => ((i * 2654435761) % 1000) - 500;
  return dtype === "<i8"
    ? BigInt64Array.from({ length: count }, (_, i) => BigInt(number(i)) << 32n)
    : (DTYPES[dtype] as Float32ArrayConstructor).from(
        { length: count },
        (_, i) => number(i) / (dtype === "<f4" ? 7 : 1),
      );
}

test("a header comes back as it was written, aligned as NumPy aligns it", (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom(...dtypes),
      fc.array(fc.nat(2 ** 31), { minLength: 1, maxLength: 6 }),
      (dtype, shape) => {
        const header = encodeHeader({ dtype, shape });
        t.is(header.length % 64, 0);
        t.deepEqual(decodeHeader(header, "x.npy"), { dtype, shape, dataOffset: header.length });
      },
    ),
  );
});

test("an array comes back as it was written, however it was cut into pieces", async (t) => {
  const path = join(await temporaryFolder(t), "a.npy");
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...dtypes), shapes, fc.nat(20), async (dtype, shape, cut) => {
      const whole = values(dtype, elements(shape));
      const written = await writeArray(path, { dtype, shape }, [whole.subarray(0, cut), whole.subarray(cut)] as never);
      const reader = await ArrayReader.open(path, { dtype, shape: () => shape }, {} as never, written);
      t.deepEqual(await reader.read(dtype), whole);
      t.deepEqual(await reader.slice(dtype, 0, whole.length >> 1), whole.slice(0, whole.length >> 1));
    }),
    { numRuns: 50 },
  );
});

test("an array larger than what is written and read at a time comes back, and is checked throughout", async (t) => {
  const path = join(await temporaryFolder(t), "a.npy");
  const [piece, length] = [2 ** 20, 2.5 * 2 ** 20];
  const shape = [length];
  const ascending = Float32Array.from({ length }, (_, i) => i);
  const write = async (data: Float32Array) => {
    const written = await writeArray(path, { dtype: "<f4", shape }, [data]);
    t.deepEqual(written, await sizeAndHash(path));
    return ArrayReader.open(path, { dtype: "<f4", shape: () => shape, ascending: true }, {} as never, written);
  };
  t.deepEqual(await (await write(ascending)).read("<f4"), ascending);
  for (const at of [1, piece, 2 * piece + 1, length - 1]) {
    const falling = ascending.slice();
    falling[at] = at - 2;
    await t.throwsAsync((await write(falling)).read("<f4"), { ...corrupt, message: /must not fall/ });
  }
});

const hasNumpy = spawnSync("/usr/bin/python3", ["-c", "import numpy"]).status === 0;

test("NumPy reads what we write, and we read what NumPy writes", async (t) => {
  if (!hasNumpy) {
    t.log("skipped: there is no /usr/bin/python3 with NumPy");
    return t.pass();
  }
  const folder = await temporaryFolder(t);
  for (const [i, dtype] of dtypes.entries()) {
    const shape = [[4], [2, 3], [0, 5]][i] as number[];
    const path = join(folder, `${i}.npy`);
    const data = values(dtype, elements(shape));
    await writeArray(path, { dtype, shape }, [data]);
    const script = `import numpy as n; a = n.load("${path}"); print(a.dtype.str, a.shape, a.flags.c_contiguous, a.ravel().tolist()); n.save("${path}", a)`;
    const { stdout, stderr } = spawnSync("/usr/bin/python3", ["-c", script], { encoding: "utf8" });
    const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
    t.true(stdout.startsWith(`${dtype} ${tuple} True [`), stdout + stderr);
    const list = JSON.parse(stdout.slice(stdout.indexOf("["))) as number[];
    t.deepEqual(list, Array.from(data as Float32Array, Number));
    const reader = await ArrayReader.open(path, { dtype, shape: () => shape }, {} as never, await sizeAndHash(path));
    t.deepEqual(await reader.read(dtype), data);
  }
});

async function sizeAndHash(path: string) {
  const { createHash } = await import("node:crypto");
  const { readFile } = await import("node:fs/promises");
  const bytes = await readFile(path);
  return { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

test("refuses what is no array of a collection", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "a.npy");
  const written = await writeArray(path, { dtype: "<f4", shape: [3] }, [Float32Array.of(1, 2, 3)]);
  const open = (spec = { dtype: "<f4" as DType, shape: () => [3] }) =>
    ArrayReader.open(path, spec, {} as never, written);
  await t.throwsAsync(open({ dtype: "<i4", shape: () => [3] }), { ...corrupt, message: /a\.npy must be <i4 \(3\)/ });
  await t.throwsAsync(open({ dtype: "<f4", shape: () => [4] }), corrupt);
  const range = { dtype: "<f4" as const, shape: () => [3], range: (): [number, number] => [0, 2] };
  await t.throwsAsync((await ArrayReader.open(path, range, {} as never, written)).read("<f4"), {
    ...corrupt,
    message: /holds 3, outside 0\.\.2/,
  });

  const bytes = Buffer.concat([encodeHeader({ dtype: "<f4", shape: [3] }), Buffer.alloc(12)]);
  await writeFile(path, bytes.subarray(0, -1));
  await t.throwsAsync(open(), { ...corrupt, message: /must have 140 bytes, has 139/ });
  await writeFile(path, bytes);
  await t.throwsAsync((await open()).read("<f4"), { ...corrupt, message: /hash/ });
  const nan = Buffer.from(bytes);
  nan.writeFloatLE(Number.NaN, bytes.length - 4);
  await writeFile(path, nan);
  await t.throwsAsync((await open()).slice("<f4", 0, 3), { ...corrupt, message: /holds NaN/ });
  for (const broken of [Buffer.alloc(0), bytes.subarray(0, 50), Buffer.from(bytes).fill("x", 12, 40)]) {
    await writeFile(path, broken);
    await t.throwsAsync(open(), corrupt);
  }
});
