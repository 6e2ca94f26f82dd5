import test from "ava";
import { diffuseTruncated, type Matrix, queryVector, RegionGraph, RetrievalIndex } from "../../lib/index.js";
import { assertClose, goldenCases } from "../support/golden.js";

const row = ({ data, columns }: Matrix, i: number) => data.subarray(i * columns, (i + 1) * columns);

for (const golden of goldenCases("graph-")) {
  const [rows, columns] = golden.shape("V") as [number, number];
  const vectors = { data: golden.f32("V"), rows, columns };
  const queries = { data: golden.f32("Q"), rows: golden.shape("Q")[0] as number, columns };
  const { k, alpha, beta, k_query } = golden.params as Record<string, number>;
  const options = { kQuery: k_query as number, gamma: beta as number };

  test(`${golden.name}: query vectors`, async (t) => {
    const each = await Promise.all(
      Array.from({ length: queries.rows }, (_, i) =>
        queryVector({ data: row(queries, i), rows: 1, columns }, vectors, options),
      ),
    );
    assertClose(
      t,
      golden,
      "query.y",
      each.flatMap((y) => [...y]),
      1e-5,
    );
    assertClose(t, golden, "regional_query.y", await queryVector(queries, vectors, options), 1e-5);
  });

  test(`${golden.name}: diffusion of single, regional and truncated queries, and its rankings`, async (t) => {
    const index = await RetrievalIndex.build(vectors, {
      k: k as number,
      gamma: beta as number,
      alpha: alpha as number,
    });
    const exact = { solve: "exact", kQuery: k_query as number } as const;
    const expected = golden.f32("query.f");
    const f: number[] = [];
    for (let i = 0; i < queries.rows; i++) {
      const own = await index.scores(row(queries, i), exact);
      f.push(...own);
      const reference = expected.subarray(i * rows, (i + 1) * rows);
      const largest = reference.reduce((a, b) => Math.max(a, b));
      const { ids } = await index.search(row(queries, i), { ...exact, top: rows });
      for (let j = 1; j < rows; j++) {
        const [before, after] = [reference[ids[j - 1] as number] as number, reference[ids[j] as number] as number];
        if (after > 1e-4 * largest && after > before + 1e-4 * largest) t.fail(`query ${i}: rank ${j} is out of order`);
      }
    }
    assertClose(t, golden, "query.f", f, 1e-4);
    assertClose(t, golden, "regional_query.f", await index.scores(queries, exact), 1e-4);
    const truncated = [];
    for (let i = 0; i < queries.rows; i++) {
      truncated.push(...(await index.scores(row(queries, i), { ...exact, truncate: Math.floor(rows / 4) })));
    }
    assertClose(t, golden, "query.truncated_f", truncated, 1e-4);
  });

  test(`${golden.name}: truncation to all vertices is diffusion`, async (t) => {
    const graph = await RegionGraph.build(vectors, { k: k as number, beta: beta as number });
    const y = golden.f32("query.y").subarray(0, rows);
    const whole = await graph.diffuse(y);
    const all = Int32Array.from({ length: rows }, (_, i) => i);
    assertClose(t, golden, "whole", await diffuseTruncated(graph, all, y), 1e-6, whole);
  });
}
