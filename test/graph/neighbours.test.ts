import test from "ava";
import fc from "fast-check";
import { chosenMethod } from "../../lib/graph/neighbours.js";
import { nearestNeighbours } from "../../lib/index.js";
import { clusteredVectors } from "../support/vectors.js";

const error = { instanceOf: Error, code: "ERR_INVALID_ARGUMENT" };
const vectors = clusteredVectors(40, 6, 5, 1);

test("finds what sorting all products finds", async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        rows: fc.integer({ min: 2, max: 150 }),
        columns: fc.integer({ min: 1, max: 20 }),
        k: fc.integer({ min: 1, max: 200 }),
        seed: fc.nat(),
        excludeSelf: fc.boolean(),
        threads: fc.integer({ min: 1, max: 4 }),
      }),
      async ({ rows, columns, k, seed, excludeSelf, threads }) => {
        const { data } = clusteredVectors(rows, columns, 7, seed);
        const matrix = { data, rows, columns };
        const found = await nearestNeighbours(matrix, matrix, { k, excludeSelf, threads, method: "exact" });
        t.is(found.k, Math.min(k, rows - Number(excludeSelf)));
        for (let i = 0; i < rows; i++) {
          const products = Array.from({ length: rows }, (_, j) => {
            let sum = 0;
            for (let c = 0; c < columns; c++) sum += (data[i * columns + c] ?? 0) * (data[j * columns + c] ?? 0);
            return { j, sum };
          });
          const expected = products
            .filter(({ j }) => !excludeSelf || j !== i)
            .sort((a, b) => b.sum - a.sum || a.j - b.j)
            .slice(0, found.k);
          expected.forEach(({ sum }, r) => {
            t.true(Math.abs((found.similarities[i * found.k + r] ?? Number.NaN) - sum) < 1e-6);
          });
          const last = expected.at(-1)?.sum ?? 0;
          const ids = new Set(found.ids.subarray(i * found.k, (i + 1) * found.k));
          t.is(ids.size, found.k);
          t.true(expected.every(({ j, sum }) => ids.has(j) || sum - last < 1e-12));
        }
      },
    ),
    { numRuns: 40 },
  );
});

test("copies of an image find each other first, the smaller id before the larger", async (t) => {
  const data = Float32Array.from([1, 0, 0.6, 0.8, 1, 0, 0, 1]);
  const twice = { data, rows: 4, columns: 2 };
  const found = await nearestNeighbours(twice, twice, { k: 2, excludeSelf: true });
  t.deepEqual([...found.ids], [2, 1, 3, 0, 0, 1, 1, 0]);
  t.is(found.similarities[0], 1);
});

test("all methods give the same form, and nearly the same neighbours", async (t) => {
  const many = clusteredVectors(1500, 16, 100, 2);
  const exact = await nearestNeighbours(many, many, { k: 10, excludeSelf: true, method: "exact" });
  const clustered = await nearestNeighbours(many, many, { k: 10, excludeSelf: true, method: "clustered", seed: 3 });
  t.is(exact.method, "exact");
  t.is(clustered.method, "clustered");
  t.is(clustered.ids.length, exact.ids.length);
  let hits = 0;
  for (let i = 0; i < 1500; i++) {
    const truth = new Set(exact.ids.subarray(i * 10, i * 10 + 10));
    for (let j = 0; j < 10; j++) hits += Number(truth.has(clustered.ids[i * 10 + j] ?? -1));
  }
  t.true(hits / 15000 > 0.97, `recall ${hits / 15000}`);
  t.is((await nearestNeighbours(many, many, { k: 10 })).method, "exact");
  for (const threads of [1, 3]) {
    const again = { k: 10, excludeSelf: true, method: "clustered", seed: 3, threads } as const;
    t.deepEqual(await nearestNeighbours(many, many, again), clustered);
  }
  const hnsw = await nearestNeighbours(many, many, { k: 10, excludeSelf: true, method: "hnsw", seed: 3 });
  t.is(hnsw.method, "hnsw");
  const alike = hnsw.ids.filter((id, i) => id === exact.ids[i]).length;
  t.true(alike / 15000 > 0.95, `${alike} of 15000`);
  const fewer = await nearestNeighbours(many, many, { k: 10, excludeSelf: true, method: "clustered", recall: 0.5 });
  t.notDeepEqual(fewer.ids, clustered.ids);
});

test("quantised finds nearly all, with similarities that are the same from both sides and as exact has them", async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        rows: fc.integer({ min: 2, max: 400 }),
        columns: fc.integer({ min: 4, max: 70 }),
        k: fc.integer({ min: 1, max: 60 }),
        seed: fc.nat(),
        excludeSelf: fc.boolean(),
        threads: fc.integer({ min: 1, max: 4 }),
      }),
      async ({ rows, columns, k, seed, excludeSelf, threads }) => {
        const matrix = clusteredVectors(rows, columns, 7, seed);
        const options = { k, excludeSelf, threads } as const;
        const found = await nearestNeighbours(matrix, matrix, { ...options, method: "quantised" });
        const exact = await nearestNeighbours(matrix, matrix, { ...options, method: "exact" });
        t.is(found.method, "quantised");
        t.is(found.k, exact.k);
        const pairs = new Map<string, number>();
        let hits = 0;
        for (let i = 0; i < rows; i++) {
          const truth = new Map<number, number>();
          for (let j = i * found.k; j < (i + 1) * found.k; j++)
            truth.set(exact.ids[j] ?? -1, exact.similarities[j] ?? 0);
          for (let j = i * found.k; j < (i + 1) * found.k; j++) {
            const [id, similarity] = [found.ids[j] as number, found.similarities[j] as number];
            const pair = `${Math.min(i, id)} ${Math.max(i, id)}`;
            t.is(pairs.get(pair) ?? similarity, similarity);
            pairs.set(pair, similarity);
            if (!truth.has(id)) continue;
            hits++;
            t.is(truth.get(id), similarity);
          }
        }
        t.true(hits >= 0.95 * rows * found.k - 2, `${hits} of ${rows * found.k}`);
      },
    ),
    { numRuns: 40 },
  );
});

test("quantised is for vectors among themselves, auto takes it for many of them", async (t) => {
  const others = clusteredVectors(30, 6, 5, 2);
  const options = { k: 5, method: "quantised" } as const;
  t.deepEqual(
    await nearestNeighbours(others, vectors, options),
    await nearestNeighbours(others, vectors, { ...options, method: "exact" }),
  );
  const many = { vectors: 100_000, k: 50, recall: 0.985 };
  t.is(chosenMethod("auto", many), "quantised");
  t.is(chosenMethod("auto", { ...many, recall: 0.8 }), "clustered");
  t.is(chosenMethod("auto", { ...many, vectors: 20_000 }), "exact");
  t.is(chosenMethod("auto", { ...many, k: 50_000 }), "exact");
  t.is(chosenMethod("hnsw", many), "hnsw");
});

test("k is cut to what there is; one vector finds none beside itself", async (t) => {
  const one = { data: Float32Array.of(1, 0), rows: 1, columns: 2 };
  const alone = await nearestNeighbours(one, one, { excludeSelf: true });
  t.is(alone.k, 0);
  t.is(alone.ids.length, 0);
  const itself = await nearestNeighbours(one, one, { k: 50 });
  t.deepEqual([...itself.ids], [0]);
  const none = { data: new Float32Array(0), rows: 0, columns: 2 };
  t.is((await nearestNeighbours(none, one)).ids.length, 0);
  t.is((await nearestNeighbours(none, none, { excludeSelf: true })).ids.length, 0);
  await t.throwsAsync(nearestNeighbours(one, none), { ...error, message: /vectors.rows must be at least 1/ });
});

test("refuses what cannot be searched", async (t) => {
  await t.throwsAsync(nearestNeighbours({ ...vectors, columns: 5 }, vectors), error);
  await t.throwsAsync(nearestNeighbours(clusteredVectors(3, 5, 1, 1), vectors), { ...error, message: /columns/ });
  await t.throwsAsync(nearestNeighbours(vectors, vectors, { k: 0 }), { ...error, message: /k must be/ });
  await t.throwsAsync(nearestNeighbours(vectors, vectors, { method: "annoy" as never }), error);
  for (const recall of [0, 1.01]) {
    await t.throwsAsync(nearestNeighbours(vectors, vectors, { recall }), { ...error, message: /recall must be/ });
  }
  await t.throwsAsync(nearestNeighbours(vectors, vectors, { metod: "exact" } as never), {
    ...error,
    message: /did you mean "method"/,
  });
  await t.throwsAsync(nearestNeighbours(clusteredVectors(3, 6, 1, 1), vectors, { excludeSelf: true }), {
    ...error,
    message: /excludeSelf/,
  });
  for (const method of ["exact", "quantised", "clustered", "hnsw"] as const) {
    const spoilt = { ...vectors, data: vectors.data.slice() };
    spoilt.data[100] = Number.NaN;
    await t.throwsAsync(nearestNeighbours(vectors, spoilt, { method }), { ...error, message: /NaN/ });
    await t.throwsAsync(nearestNeighbours(spoilt, vectors, { method }), { ...error, message: /NaN/ });
  }
});

test("stops when aborted, and tells how far it is", async (t) => {
  const many = clusteredVectors(20000, 256, 200, 4);
  for (const method of ["exact", "quantised", "clustered", "hnsw"] as const) {
    const controller = new AbortController();
    const search = nearestNeighbours(many, many, { method, threads: 1 }, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await t.throwsAsync(search, { instanceOf: Error, code: "ERR_ABORTED" });
  }
  const fractions: number[] = [];
  await nearestNeighbours(vectors, vectors, {}, { onProgress: (fraction) => fractions.push(fraction) });
  t.is(fractions.at(-1), 1);
});
