import test from "ava";
import { findObjects, type Matrix, type SparseMatrix } from "../../lib/index.js";

/** A stream of normal numbers, the same each time (mulberry32, Box-Muller). */
function normals(seed: number): () => number {
  const uniform = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Random directions, four regions a photo; object i is region 0 of the photos with number % 8 === i, up to `noise`. */
function collection(objects: number, noise: number, seed = 1) {
  const [photos, regions, columns] = [64, 4, 48];
  const normal = normals(seed);
  const prototypes = Array.from({ length: objects }, () => Array.from({ length: columns }, normal));
  const rows = photos * regions;
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const prototype = i % regions === 0 ? prototypes[(i / regions) % 8] : undefined;
    const vector = Array.from({ length: columns }, (_, j) =>
      prototype ? (prototype[j] ?? 0) + noise * normal() : normal(),
    );
    const norm = Math.hypot(...vector);
    data.set(
      vector.map((v) => v / norm),
      i * columns,
    );
  }
  const vectors: Matrix = { data, rows, columns };
  const owner = Int32Array.from({ length: rows }, (_, i) => Math.floor(i / regions));
  return { vectors, owner, adjacency: complete(vectors), centrality: Float32Array.from(owner, (p) => 1 / (1 + p)) };
}

/** All pairs with positive similarity, cubed: the graph without pruning. */
function complete({ data, rows, columns }: Matrix): SparseMatrix {
  const indptr = [0];
  const indices: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      let dot = 0;
      for (let c = 0; c < columns; c++) dot += (data[i * columns + c] as number) * (data[j * columns + c] as number);
      if (i === j || dot <= 0) continue;
      indices.push(j);
      weights.push(dot ** 3);
    }
    indptr.push(indices.length);
  }
  return {
    indptr: Int32Array.from(indptr),
    indices: Int32Array.from(indices),
    data: Float32Array.from(weights),
    rows,
    columns: rows,
  };
}

test("each recurring thing is one object, with its photos, most central first; regions that recur nowhere are in none", async (t) => {
  const { objects } = await findObjects(collection(3, 0.6));
  t.is(objects.length, 3);
  const seen = objects.map(({ photos }) => [...photos]).sort((a, b) => (a[0] as number) - (b[0] as number));
  t.deepEqual(
    seen,
    [0, 1, 2].map((first) => Array.from({ length: 8 }, (_, i) => first + 8 * i)),
  );
  for (const { members, exemplar, cohesion } of objects) {
    t.is(exemplar, members[0] as number);
    t.deepEqual(
      [...members],
      [...members].sort((a, b) => a - b),
      "centrality falls with the index here",
    );
    t.true(cohesion > 0.2 && cohesion <= 1);
  }
  for (let i = 1; i < objects.length; i++) t.true((objects[i - 1]?.score ?? 0) >= (objects[i]?.score ?? 0));
});

test("where nothing recurs no object is found, at any seed", async (t) => {
  for (let seed = 1; seed <= 20; seed++) {
    const { objects, threshold } = await findObjects(collection(0, 0, seed));
    t.deepEqual(objects, []);
    t.true(threshold > 0.4 && threshold < 0.8, `chance gives ${threshold} in 48 dimensions`);
  }
});

test("an object needs minPhotos photos", async (t) => {
  const ties = collection(1, 0.6);
  t.is((await findObjects(ties, { minPhotos: 8 })).objects.length, 1);
  t.is((await findObjects(ties, { minPhotos: 9 })).objects.length, 0);
});

test("a collection without edges, of one photo or of none has no objects", async (t) => {
  const ties = collection(2, 0.6);
  t.deepEqual((await findObjects({ ...ties, owner: new Int32Array(ties.owner.length) })).objects, []);
  const empty = { indptr: new Int32Array(1), indices: new Int32Array(), data: new Float32Array(), rows: 0, columns: 0 };
  const nothing = {
    adjacency: empty,
    vectors: { data: new Float32Array(), rows: 0, columns: 4 },
    owner: new Int32Array(),
    centrality: new Float32Array(),
  };
  t.deepEqual((await findObjects(nothing)).objects, []);
});

test("refuses arrays that do not agree and options out of range; stops when asked", async (t) => {
  const ties = collection(1, 0.6);
  const invalid = { code: "ERR_INVALID_ARGUMENT" };
  await t.throwsAsync(findObjects({ ...ties, owner: ties.owner.subarray(1) }), invalid);
  await t.throwsAsync(findObjects({ ...ties, centrality: new Float32Array(3) }), invalid);
  await t.throwsAsync(findObjects({ ...ties, centrality: ties.centrality.map(() => Number.NaN) }), {
    ...invalid,
    message: /centrality/,
  });
  const indices = ties.adjacency.indices.slice();
  indices[5] = 1e6;
  await t.throwsAsync(findObjects({ ...ties, adjacency: { ...ties.adjacency, indices } }), invalid);
  await t.throwsAsync(findObjects(ties, { minPhotos: 1 }), invalid);
  await t.throwsAsync(findObjects(ties, { resolution: 0 }), invalid);
  await t.throwsAsync(findObjects(ties, { minSimilarity: 1.5 }), invalid);
  await t.throwsAsync(findObjects(ties, { minPhoto: 3 } as never), { ...invalid, message: /did you mean "minPhotos"/ });
  await t.throwsAsync(findObjects(ties, {}, { signal: AbortSignal.abort() }), { code: "ERR_ABORTED" });
});
