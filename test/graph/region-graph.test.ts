import test from "ava";
import fc from "fast-check";
import { type ImageRegions, RegionGraph, type SparseMatrix } from "../../lib/index.js";
import { clusteredVectors } from "../support/vectors.js";

const error = { instanceOf: Error, code: "ERR_INVALID_ARGUMENT" };
const vectors = clusteredVectors(200, 12, 20, 1);

/** Entries of a sparse matrix by `row,column`. */
function entries({ indptr, indices, data, rows }: SparseMatrix): Map<string, number> {
  const result = new Map<string, number>();
  for (let i = 0; i < rows; i++) {
    for (let p = indptr[i] ?? 0; p < (indptr[i + 1] ?? 0); p++) result.set(`${i},${indices[p]}`, data[p] ?? Number.NaN);
  }
  return result;
}

const graphs = fc.record({
  rows: fc.integer({ min: 1, max: 120 }),
  columns: fc.integer({ min: 1, max: 12 }),
  k: fc.integer({ min: 1, max: 30 }),
  seed: fc.nat(),
});

test("is symmetric, without diagonal, of positive weights and ascending columns", async (t) => {
  await fc.assert(
    fc.asyncProperty(graphs, async ({ rows, columns, k, seed }) => {
      const { adjacency } = await RegionGraph.build(clusteredVectors(rows, columns, 6, seed), { k });
      const weights = entries(adjacency);
      t.is(weights.size, adjacency.data.length);
      for (const [key, weight] of weights) {
        const [i, j] = key.split(",").map(Number) as [number, number];
        t.true(i !== j && weight > 0 && weight === weights.get(`${j},${i}`));
      }
      for (let i = 0; i < rows; i++) {
        const row = adjacency.indices.subarray(adjacency.indptr[i], adjacency.indptr[i + 1]);
        t.deepEqual(
          [...row],
          [...row].sort((a, b) => a - b),
        );
        t.true(row.length <= k);
      }
    }),
    { numRuns: 40 },
  );
});

test("a solution satisfies its equation to the residual that it states", async (t) => {
  await fc.assert(
    fc.asyncProperty(
      graphs,
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      async ({ rows, columns, k, seed }, alpha) => {
        const graph = await RegionGraph.build(clusteredVectors(rows, columns, 6, seed), { k });
        const y = Float32Array.from({ length: rows }, (_, i) => (i % 5) - 1);
        const { values, residual } = await graph.solve(y, { alpha, tolerance: 1e-5 });
        t.true(residual <= 1e-5);
        const image = Float64Array.from(values, (value) => value / (1 - alpha));
        for (const [key, weight] of entries(graph.normalised())) {
          const [i, j] = key.split(",").map(Number) as [number, number];
          image[i] = (image[i] ?? 0) - (alpha * weight * (values[j] ?? 0)) / (1 - alpha);
        }
        const difference = Math.hypot(...image.map((value, i) => value - (y[i] ?? 0)));
        t.true(difference <= 1e-4 * Math.hypot(...y), `${difference}`);
      },
    ),
    { numRuns: 40 },
  );
});

test("does not depend on threads", async (t) => {
  const large = clusteredVectors(3000, 16, 100, 5);
  const [one, three] = [
    await RegionGraph.build(large, { k: 20, threads: 1 }),
    await RegionGraph.build(large, { k: 20, threads: 3 }),
  ];
  t.deepEqual(one.adjacency, three.adjacency);
  t.deepEqual(one.normalised(), three.normalised());
  t.deepEqual(await one.centrality({ threads: 1 }), await three.centrality({ threads: 4 }));
});

test("two identical images, one image, none", async (t) => {
  const two = await RegionGraph.build({ data: Float32Array.of(0.6, 0.8, 0.6, 0.8), rows: 2, columns: 2 });
  t.deepEqual([...two.adjacency.indices], [1, 0]);
  t.deepEqual([...two.normalised().data], [1, 1]);
  const [first, second] = await two.centrality();
  t.true(Math.abs((first ?? 0) - 1) < 1e-5);
  t.is(first, second);

  const one = await RegionGraph.build({ data: Float32Array.of(1, 0), rows: 1, columns: 2 });
  t.is(one.adjacency.data.length, 0);
  t.true(Math.abs(((await one.centrality()).at(0) ?? 0) - 0.01) < 1e-6);

  const none = await RegionGraph.build({ data: new Float32Array(0), rows: 0, columns: 2 });
  t.is(none.size, 0);
  t.is((await none.centrality()).length, 0);
});

test("clustered gives the same type, and nearly the same graph", async (t) => {
  const exact = entries((await RegionGraph.build(vectors, { k: 10, method: "exact" })).adjacency);
  const clustered = entries((await RegionGraph.build(vectors, { k: 10, method: "clustered" })).adjacency);
  const shared = [...exact].filter(([key, weight]) => clustered.get(key) === weight).length;
  t.true(shared / exact.size > 0.97);
});

test("is rebuilt from its stored adjacency", async (t) => {
  const graph = await RegionGraph.build(vectors, { k: 10 });
  const again = await RegionGraph.fromAdjacency(graph.adjacency);
  t.deepEqual(again.normalised(), graph.normalised());
  const { adjacency } = graph;
  const spoilt = adjacency.data.slice();
  spoilt[3] = (spoilt[3] ?? 0) * 2;
  await t.throwsAsync(RegionGraph.fromAdjacency({ ...adjacency, data: spoilt }), { ...error, message: /symmetric/ });
  const outside = adjacency.indices.slice();
  outside[3] = 5000;
  await t.throwsAsync(RegionGraph.fromAdjacency({ ...adjacency, indices: outside }), error);
  await t.throwsAsync(RegionGraph.fromAdjacency({ ...adjacency, columns: 3 }), { ...error, message: /columns/ });
  await t.throwsAsync(RegionGraph.fromAdjacency({ ...adjacency, rows: 3 }), error);
});

test("from image to image: no edge within one, and what an image repeats is no more central for it", async (t) => {
  // Regions 0 and 1 of image 0 are alike and so are 2 and 3 of image 1; region 4 of image 2 is like 0 and 2.
  const angles = [0, 0.05, 0.1, 0.16, 0.05];
  const data = Float32Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]));
  const graph = await RegionGraph.build({ data, rows: 5, columns: 2 });
  const owner = Int32Array.of(0, 0, 1, 1, 2);
  const across = await graph.acrossImages({ owner, saliency: new Float32Array(5).fill(0.5) });
  t.deepEqual([...entries(across.adjacency).keys()].sort(), ["1,2", "1,4", "2,1", "2,4", "4,1", "4,2"]);
  const weights = entries(graph.adjacency);
  for (const [key, weight] of entries(across.adjacency)) t.true(weight === weights.get(key));
  const centrality = await across.centrality();
  t.true((centrality[1] ?? 0) > 10 * (centrality[0] ?? 1));

  const weighed = async (regions: Partial<ImageRegions>) => {
    const all = { owner, saliency: new Float32Array(5).fill(1), ...regions };
    return entries((await graph.acrossImages(all, { theta: 2 })).adjacency);
  };
  const half = (found: Map<string, number>) => {
    t.is(found.get("2,4"), weights.get("2,4"));
    t.true(Math.abs((found.get("1,2") ?? 0) / (weights.get("1,2") ?? 1) - 0.5) < 1e-6);
  };
  half(await weighed({ saliency: Float32Array.of(1, 0.5, 1, 1, 1) }));
  half(await weighed({ selfSimilarity: Float32Array.of(0, 0.5, -0.3, 0, 0) }));
  t.is((await weighed({ selfSimilarity: Float32Array.of(0, 1, 0, 0, 0) })).get("1,2"), undefined, "a texture");

  const saliency = new Float32Array(5).fill(1);
  const nothing = saliency.map(() => Number.NaN);
  await t.throwsAsync(graph.acrossImages({ owner, saliency }, { theta: -1 }), { ...error, message: /theta/ });
  await t.throwsAsync(graph.acrossImages({ owner: owner.subarray(1), saliency }), { ...error, message: /owner/ });
  await t.throwsAsync(graph.acrossImages({ owner, saliency: nothing }), { ...error, message: /NaN|finite/ });
  for (const selfSimilarity of [nothing, saliency.subarray(1)]) {
    await t.throwsAsync(graph.acrossImages({ owner, saliency, selfSimilarity }), { ...error, message: /self/ });
  }
  const aborted = { signal: AbortSignal.abort() };
  await t.throwsAsync(graph.acrossImages({ owner, saliency }, {}, aborted), { code: "ERR_ABORTED" });
});

test("refuses bad options and right-hand sides", async (t) => {
  await t.throwsAsync(RegionGraph.build(vectors, { beta: -1 }), { ...error, message: /beta/ });
  await t.throwsAsync(RegionGraph.build(vectors, { k: 1.5 }), { ...error, message: /k must be/ });
  await t.throwsAsync(RegionGraph.build(vectors, { threads: 0 }), { ...error, message: /threads/ });
  const long = { data: Float32Array.from(vectors.data, (v) => v * 1e10), rows: 200, columns: 12 };
  await t.throwsAsync(RegionGraph.build(long, { beta: 5 }), { ...error, message: /normalise the vectors/ });
  const graph = await RegionGraph.build(vectors, { k: 10 });
  await t.throwsAsync(graph.centrality({ alpha: 1 }), { ...error, message: /alpha/ });
  await t.throwsAsync(graph.diffuse(new Float32Array(3)), { ...error, message: /y must be a Float32Array of 200/ });
  await t.throwsAsync(graph.diffuse(new Float32Array(200).fill(Number.NaN)), { ...error, message: /NaN/ });
  await t.throwsAsync(graph.centrality({}, { signal: AbortSignal.abort() }), { code: "ERR_ABORTED" });
});

test("says how far it came when it may not go on", async (t) => {
  const graph = await RegionGraph.build(vectors, { k: 10 });
  const y = new Float32Array(200);
  y[7] = 1;
  const { iterations, residual } = await graph.solve(y, { maxIterations: 2 });
  t.is(iterations, 2);
  t.true(residual > 1e-6 && residual < 1);
  t.is((await graph.solve(y, { maxIterations: 0 })).residual, 1);
});
