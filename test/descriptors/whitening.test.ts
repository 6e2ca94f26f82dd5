import test from "ava";
import fc from "fast-check";
import { defaultDimensions, type Matrix, Whitening } from "../../lib/index.js";
import { randomMatrix as vectors } from "../support/random.js";

const error = { instanceOf: Error, code: "ERR_INVALID_ARGUMENT" };

/** P (l2(x) - m) of each row, in float64. */
function project({ mean, projection }: Whitening, { data, rows, columns }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, i) => {
    const row = Array.from(data.subarray(i * columns, (i + 1) * columns));
    const norm = Math.hypot(...row) || 1;
    return Array.from({ length: projection.rows }, (_, k) =>
      row.reduce(
        (sum, v, j) => sum + (projection.data[k * columns + j] as number) * (v / norm - (mean[j] as number)),
        0,
      ),
    );
  });
}

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

test("gives vectors of zero mean and unit covariance when nothing is added to the eigenvalues", async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 12 }),
      fc.integer({ min: 30, max: 90 }),
      fc.nat(1000),
      async (c, n, seed) => {
        const x = vectors(n, c, seed + 1);
        // A normalised vector has one degree of freedom less than values.
        const whitening = await Whitening.fit(x, { dimensions: c - 1, shrinkage: 1e-12 });
        const y = project(whitening, x);
        for (let k = 0; k < c - 1; k++) {
          t.true(Math.abs(mean(y.map((row) => row[k] as number))) < 1e-3);
          for (let l = 0; l < c - 1; l++) {
            const covariance = mean(y.map((row) => (row[k] as number) * (row[l] as number)));
            t.true(Math.abs(covariance - (k === l ? 1 : 0)) < 2e-3, `covariance ${k},${l} is ${covariance}`);
          }
        }
      },
    ),
    { numRuns: 25 },
  );
});

test("makes the differences within pairs white, and orders dimensions by variance", async (t) => {
  const x = vectors(120, 8, 5);
  const pairs = Int32Array.from({ length: 120 }, (_, i) => i);
  const whitening = await Whitening.fitSupervised(x, pairs, { dimensions: 7, shrinkage: 1e-9 });
  const y = project(whitening, x);
  const variances: number[] = [];
  for (let k = 0; k < 7; k++) {
    variances.push(mean(y.map((row) => (row[k] as number) ** 2)));
    for (let l = 0; l < 7; l++) {
      const products = Array.from({ length: 60 }, (_, p) => {
        const [a, b] = [y[2 * p] as number[], y[2 * p + 1] as number[]];
        return ((a[k] as number) - (b[k] as number)) * ((a[l] as number) - (b[l] as number));
      });
      t.true(Math.abs(mean(products) - (k === l ? 1 : 0)) < 2e-3);
    }
  }
  t.deepEqual(
    variances,
    [...variances].sort((a, b) => b - a),
  );
});

test("applies as the formula says, alone and in batches, to unit rows", async (t) => {
  const whitening = await Whitening.fit(vectors(100, 20), { dimensions: 6 });
  const y = vectors(700, 20, 9);
  y.data.fill(0, 40, 60);
  const applied = whitening.apply(y);
  project(whitening, y).forEach((expected, i) => {
    const norm = i === 2 ? Number.POSITIVE_INFINITY : Math.hypot(...expected);
    expected.forEach((v, k) => {
      t.true(Math.abs(v / norm - (applied.data[i * 6 + k] as number)) < 1e-5);
    });
  });
  const progress: number[] = [];
  t.deepEqual(await whitening.applyBatch(y, { threads: 2 }, { onProgress: (f) => progress.push(f) }), applied);
  t.is(progress.at(-1), 1);
});

test("reads a subarray at its offset", (t) => {
  const whitening = new Whitening({ mean: new Float32Array(4), projection: vectors(2, 4) });
  const whole = vectors(5, 4, 3).data;
  const shape = { rows: 3, columns: 4 };
  t.deepEqual(
    whitening.apply({ data: whole.subarray(4, 16), ...shape }),
    whitening.apply({ data: whole.slice(4, 16), ...shape }),
  );
});

test("has a finite outcome for one vector, identical ones, zero ones and fewer than dimensions", async (t) => {
  const one = vectors(1, 24);
  const same = { data: Float32Array.from({ length: 72 }, (_, i) => one.data[i % 24] as number), rows: 3, columns: 24 };
  const zero = { data: new Float32Array(72), rows: 3, columns: 24 };
  for (const x of [one, same, zero, vectors(3, 24)]) {
    for (const whitening of [await Whitening.fit(x), await Whitening.fitSupervised(x, Int32Array.of(0, x.rows - 1))]) {
      t.is(whitening.dimensions, 16);
      const rows = whitening.apply(x).data;
      t.true(rows.every(Number.isFinite));
      // Vectors that do not differ keep their direction: they match themselves.
      if (x === one || x === same) t.true(Math.abs((rows[0] as number) - 1) < 1e-6);
      if (x === zero) t.true(rows.every((v) => v === 0));
      t.true(whitening.apply(vectors(9, 24, 7)).data.every(Number.isFinite));
    }
  }
});

test("takes an eighth of the vectors as dimensions, from 16 to 256, and never more than channels", (t) => {
  t.is(defaultDimensions({ rows: 1, columns: 512 }), 16);
  t.is(defaultDimensions({ rows: 807, columns: 512 }), 100);
  t.is(defaultDimensions({ rows: 1e6, columns: 512 }), 256);
  t.is(defaultDimensions({ rows: 1e6, columns: 64 }), 64);
  t.is(defaultDimensions({ rows: 1, columns: 5 }), 5);
});

test("keeps the projection and changes the mean", async (t) => {
  const whitening = await Whitening.fit(vectors(60, 8));
  const own = whitening.withMean(new Float32Array(8));
  t.is(own.projection, whitening.projection);
  t.notDeepEqual(own.apply(vectors(1, 8)), whitening.apply(vectors(1, 8)));
  t.throws(() => whitening.withMean(new Float32Array(7)), error);
});

test("refuses what it cannot use, and says what it is", async (t) => {
  const x = vectors(40, 8);
  await t.throwsAsync(Whitening.fit({ ...x, rows: 0, data: new Float32Array(0) }), {
    ...error,
    message: /at least one row/,
  });
  await t.throwsAsync(Whitening.fit(x, { dimensions: 9 }), { ...error, message: /dimensions must be .* at most 8/ });
  await t.throwsAsync(Whitening.fit(x, { shrinkage: 0 }), error);
  await t.throwsAsync(Whitening.fit(x, { shrinkige: 1 } as never), { ...error, message: /did you mean "shrinkage"/ });
  await t.throwsAsync(Whitening.fitSupervised(x, Int32Array.of(0, 40)), { ...error, message: /from 0 to 40/ });
  await t.throwsAsync(Whitening.fitSupervised(x, Int32Array.of(0, 1, 2)), { ...error, message: /two indices a pair/ });
  await t.throwsAsync(Whitening.fitSupervised(x, new Int32Array(0)), { ...error, message: /at least one pair/ });
  const bad = { ...x, data: x.data.with(319, Number.NaN) };
  await t.throwsAsync(Whitening.fit(bad), { ...error, message: /NaN or infinity/ });

  const whitening = await Whitening.fit(x);
  t.throws(() => whitening.apply(vectors(2, 7)), { ...error, message: /vectors.columns must be 8, the channels/ });
  t.throws(() => whitening.apply(bad), { ...error, message: /NaN or infinity/ });
  await t.throwsAsync(whitening.applyBatch(x, { thread: 2 } as never), { ...error, message: /did you mean "threads"/ });
  const { projection } = whitening;
  t.throws(() => new Whitening({ mean: new Float32Array(8).fill(Number.NaN), projection }), error);
  t.throws(() => new Whitening({ mean: new Float32Array(7), projection }), error);
});

test("stops when told", async (t) => {
  const aborted = AbortSignal.abort();
  const code = { code: "ERR_ABORTED" };
  await t.throwsAsync(Whitening.fit(vectors(40, 8), {}, { signal: aborted }), code);
  const controller = new AbortController();
  const running = Whitening.fit(vectors(60000, 300), { threads: 1 }, { signal: controller.signal });
  controller.abort();
  await t.throwsAsync(running, code);
});
