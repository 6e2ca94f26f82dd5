import test from "ava";
import { nearestNeighbours, RegionGraph } from "../../lib/index.js";
import { assertClose, assertError, type GoldenCase, goldenCases } from "../support/golden.js";

interface Parameters {
  k: number;
  alpha: number;
  beta: number;
  k_query: number;
}

function matrix(golden: GoldenCase, array: string) {
  const [rows, columns] = golden.shape(array) as [number, number];
  return { data: golden.f32(array), rows, columns };
}

/** Values that differ, each row of `k` compared as a set. */
function setDifferences(actual: Int32Array, expected: Int32Array, k: number): number {
  let missing = 0;
  for (let row = 0; row < expected.length; row += k) {
    const found = new Set(actual.subarray(row, row + k));
    missing += expected.subarray(row, row + k).filter((id) => !found.has(id)).length;
  }
  return missing;
}

function differences(actual: Int32Array, expected: Int32Array): number {
  return Math.abs(actual.length - expected.length) + expected.filter((value, i) => value !== actual[i]).length;
}

for (const golden of goldenCases("graph-")) {
  const { k, alpha, beta, k_query } = golden.params as unknown as Parameters;
  const vectors = matrix(golden, "V");
  const queries = matrix(golden, "Q");

  test(`${golden.name}: neighbours`, async (t) => {
    const found = await nearestNeighbours(vectors, vectors, { k, excludeSelf: true, method: "exact" });
    t.is(found.k, k);
    assertError(t, golden, "knn.ids", setDifferences(found.ids, golden.i32("knn.ids"), k), 0);
    assertClose(t, golden, "knn.dots", found.similarities, 1e-5);
  });

  test(`${golden.name}: mutual graph, centrality and diffusion`, async (t) => {
    const graph = await RegionGraph.build(vectors, { k, beta, method: "exact" });
    const { indptr, indices, data } = graph.adjacency;
    assertError(t, golden, "W.indptr", differences(indptr, golden.i32("W.indptr")), 0);
    assertError(t, golden, "W.indices", differences(indices, golden.i32("W.indices")), 0);
    assertClose(t, golden, "W.data", data, 1e-5);
    assertClose(t, golden, "W_normalised.data", graph.normalised().data, 1e-5);
    assertClose(t, golden, "centrality", await graph.centrality({ alpha }), 1e-4);

    const n = vectors.rows;
    const found = await nearestNeighbours(queries, vectors, { k: k_query, method: "exact" });
    const y = new Float32Array(queries.rows * n);
    found.ids.forEach((id, i) => {
      y[Math.floor(i / k_query) * n + id] = Math.max(found.similarities[i] ?? 0, 0) ** beta;
    });
    assertClose(t, golden, "query.y", y, 1e-5);
    const f = new Float32Array(y.length);
    for (let q = 0; q < queries.rows; q++) {
      f.set(await graph.diffuse(y.subarray(q * n, (q + 1) * n), { alpha }), q * n);
    }
    for (const [row, expected] of rows(golden.f32("query.f"), n).entries()) {
      assertClose(t, golden, "query.f", f.subarray(row * n, (row + 1) * n), 1e-4, expected);
    }
    const regional = await graph.diffuse(golden.f32("regional_query.y"), { alpha });
    assertClose(t, golden, "regional_query.f", regional, 1e-4);
  });
}

function rows(values: Float32Array, n: number): Float32Array[] {
  return Array.from({ length: values.length / n }, (_, i) => values.subarray(i * n, (i + 1) * n));
}
