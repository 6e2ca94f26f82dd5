import test from "ava";
import { type Matrix, NullScores, OfflineDiffusion, rank, RetrievalIndex } from "../../lib/index.js";
import { Random } from "../../lib/evaluation/scenes/random.js";

const invalid = { instanceOf: Error, code: "ERR_INVALID_ARGUMENT" };

/** Unit vectors about `clusters` centres, in turn. */
function clustered(rows: number, columns: number, clusters: number, spread = 0.2): Matrix {
  const random = new Random(`clusters/${rows}`);
  const centres = Array.from({ length: clusters }, () => Array.from({ length: columns }, () => random.normal()));
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const own = data.subarray(i * columns, (i + 1) * columns);
    own.forEach((_, j) => (own[j] = (centres[i % clusters]?.[j] as number) + spread * random.normal()));
    const norm = Math.hypot(...own);
    own.forEach((value, j) => (own[j] = value / norm));
  }
  return { data, rows, columns };
}

const vectors = clustered(120, 12, 8);
const own = (i: number) => vectors.data.slice(12 * i, 12 * i + 12);

test("plain search is the order of inner products", async (t) => {
  const index = await RetrievalIndex.build(vectors, { expand: "none" });
  const { ids, scores } = await index.search(own(5), { top: 15 });
  t.is(ids[0], 5);
  t.true(ids.every((id) => id % 8 === 5));
  const all = await index.scores(own(5));
  t.deepEqual({ ids, scores }, await rank(all, 15));
  const without = await index.search(own(5), { top: 14, exclude: Int32Array.of(5) });
  t.deepEqual([...without.ids], [...ids.slice(1)]);
});

test("diffusion, fast, exact, truncated and offline, stays within the query's cluster first", async (t) => {
  const index = await RetrievalIndex.build(vectors, { expand: "offline", k: 10, reach: 40, keep: 41 });
  for (const options of [
    { expand: "diffusion", solve: "fast" },
    { expand: "diffusion", solve: "exact" },
    { expand: "diffusion", truncate: 60 },
    { expand: "offline" },
  ] as const) {
    const { ids, scores } = await index.search(own(3), { ...options, top: 30 });
    t.true(ids.subarray(0, 15).every((id) => id % 8 === 3));
    t.is(new Set(ids).size, 30);
    scores.forEach((score, i) => t.true(i === 0 || score <= (scores[i - 1] as number)));
  }
});

test("several images of one object make one query, whose order does not count", async (t) => {
  const index = await RetrievalIndex.build(vectors, { k: 10 });
  const two = { data: Float32Array.of(...own(1), ...own(2)), rows: 2, columns: 12 };
  const turned = { data: Float32Array.of(...own(2), ...own(1)), rows: 2, columns: 12 };
  const found = await index.search(two, { top: 30 });
  t.deepEqual([...new Set(found.ids.map((id) => id % 8))].sort(), [1, 2]);
  t.deepEqual(found.ids, (await index.search(turned, { top: 30 })).ids);
});

test("an excluded image neither starts diffusion nor comes out", async (t) => {
  const index = await RetrievalIndex.build(vectors, { k: 10 });
  const exclude = Int32Array.of(3, 11);
  const { ids } = await index.search(own(3), { top: 120, exclude });
  t.is(ids.length, 118);
  t.false(ids.includes(3) || ids.includes(11));
});

test("offline diffusion over all vectors is diffusion", async (t) => {
  const index = await RetrievalIndex.build(vectors, { k: 10 });
  const graph = index.graph;
  if (!graph) return t.fail();
  const offline = await OfflineDiffusion.build(vectors, graph, { reach: 120, keep: 120, maxIterations: 1000 });
  const y = new Float32Array(120);
  y[3] = 1;
  y[60] = 0.5;
  const solved = await graph.diffuse(y);
  const largest = Math.max(...solved);
  offline.diffuse(y).forEach((f, i) => t.true(Math.abs(f - (solved[i] as number)) < 1e-4 * largest));
  t.is(offline.bytes, 120 * 120 * 8);
});

test("scores compare through a null measured on distractors", async (t) => {
  const index = await RetrievalIndex.build(vectors, { expand: "none" });
  const distractors = clustered(200, 12, 200);
  const nothing = await index.calibrate(distractors);
  t.is(nothing.scores.length, 200);
  t.is(nothing.chance(2), 1 / 201);
  t.is(nothing.chance(-2), 1);
  const threshold = nothing.threshold(0.05);
  t.true(nothing.chance(threshold) <= 0.05);
  t.true(nothing.chance(threshold - 1e-3) > 0.04);
  const { scores } = await index.search(own(0), { top: 2, exclude: Int32Array.of(0) });
  t.true(nothing.chance(scores[0] as number) < 0.05);
  t.is(new NullScores(Float32Array.of(0.5)).threshold(0.01), Number.POSITIVE_INFINITY);
});

test("an index of one vector finds it", async (t) => {
  for (const expand of ["none", "diffusion", "offline"] as const) {
    const index = await RetrievalIndex.build(clustered(1, 4, 1), { expand });
    t.deepEqual([...(await index.search(Float32Array.of(1, 0, 0, 0))).ids], [0]);
  }
});

test("refuses what the index was not built for, wrong sizes and unknown options", async (t) => {
  const index = await RetrievalIndex.build(vectors, { expand: "none" });
  await t.throwsAsync(index.search(own(0), { expand: "diffusion" }), { ...invalid, message: /built for \("none"\)/ });
  await t.throwsAsync(index.search(new Float32Array(11)), { ...invalid, message: /at least one row of 12 values/ });
  await t.throwsAsync(index.search(own(0), { tpo: 3 } as never), { ...invalid, message: /did you mean "top"/ });
  await t.throwsAsync(index.search(own(0).fill(Number.NaN)), invalid);
  await t.throwsAsync(RetrievalIndex.build({ data: new Float32Array(0), rows: 0, columns: 3 }), invalid);
  await t.throwsAsync(RetrievalIndex.build(vectors, {}, { signal: AbortSignal.abort() }), { code: "ERR_ABORTED" });
});

test("an index that is held finds what exact search finds, plain and expanded", async (t) => {
  const many = clustered(3000, 12, 60);
  const row = (i: number) => many.data.slice(12 * i, 12 * i + 12);
  const exact = await RetrievalIndex.build(many, { k: 10, method: "exact" });
  const held = await RetrievalIndex.build(many, { k: 10, method: "clustered" });
  t.is(exact.index, undefined);
  t.is(held.index?.method, "clustered");
  const graphed = await RetrievalIndex.build(many, { k: 10, method: "hnsw", expand: "none" });
  t.is(graphed.index?.method, "hnsw");
  t.deepEqual(
    (await graphed.search(row(0), { top: 5 })).ids,
    (await exact.search(row(0), { top: 5, expand: "none" })).ids,
  );
  for (const expand of ["none", "diffusion"] as const) {
    let same = 0;
    for (let i = 0; i < 40; i++) {
      const options = { top: 20, expand, exclude: Int32Array.of(i) };
      const truth = new Set((await exact.search(row(i), options)).ids);
      const found = await held.search(row(i), options);
      t.false(found.ids.includes(i));
      same += found.ids.filter((id) => truth.has(id)).length;
    }
    t.true(same / 800 > 0.95, `${expand}: ${same} of 800`);
  }
  t.deepEqual(await held.scores(row(3), { expand: "none" }), await exact.scores(row(3), { expand: "none" }));
  t.is((await RetrievalIndex.build(many, { k: 10 })).index, undefined, "3,000 are searched exactly");
  await t.throwsAsync(
    (held.index as NonNullable<typeof held.index>).search({ data: row(0), rows: 1, columns: 12 }, { k: 0 }),
    invalid,
  );
  await t.throwsAsync(
    (held.index as NonNullable<typeof held.index>).search(vectors, { k: 1 }, { signal: AbortSignal.abort() }),
    {
      code: "ERR_ABORTED",
    },
  );
});

test("ways lead along edges from what the query found, and keep to what diffusion was truncated to", async (t) => {
  const index = await RetrievalIndex.build(clustered(200, 12, 4, 0.6), { k: 6 });
  const { indptr, indices } = (index.graph as NonNullable<typeof index.graph>).adjacency;
  const query = index.descriptors.data.slice(0, 12);
  const all = Int32Array.from({ length: 200 }, (_, i) => i);
  for (const truncate of [0, 40]) {
    const options = { kQuery: 2, truncate };
    const f = await index.scores(query, options);
    const ways = await index.ways(query, all, options);
    const plain = await index.search(query, { expand: "none", top: 2 });
    let longest = 0;
    ways.forEach((way, id) => {
      t.is(way.length > 0, (f[id] as number) > 0);
      if (way.length === 0) return;
      t.true(plain.ids.includes(way[0] as number));
      t.is(way.at(-1), id);
      t.true(way.every((step) => (f[step] as number) > 0));
      way
        .slice(1)
        .forEach((to, i) =>
          t.true(indices.subarray(indptr[way[i] as number], indptr[(way[i] as number) + 1]).includes(to)),
        );
      longest = Math.max(longest, way.length);
    });
    t.true(longest > 1);
  }
  t.deepEqual(await index.ways(query, Int32Array.of(7), { expand: "none" }), [[7]]);
});

test("a graph that is there already is used as it is", async (t) => {
  const { graph } = await RetrievalIndex.build(vectors, { k: 5 });
  t.is((await RetrievalIndex.build(vectors, { graph })).graph, graph);
  await t.throwsAsync(RetrievalIndex.build(clustered(20, 12, 2), { graph }), {
    ...invalid,
    message: /graph.size must be 20/,
  });
});
