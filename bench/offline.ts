/**
 * Two ways to expand a query without solving for it, beside conjugate gradients, on photos of cartons (each asks for the
 * others of its class) or on drawn scenes (a picture of each object asks): offline diffusion (Yang et al. 2019), by reach and values kept, and fast spectral ranking (Iscen
 * et al. 2018), by rank: mAP, memory a descriptor, seconds ahead, ms a query.
 *
 *     node --import ./bench/support/register-typescript.mjs bench/offline.ts <collection> [folder that holds groceries, or the scenes] [kind]
 *
 * The eigenvectors of fast spectral ranking are SciPy's (python3-scipy). One thread.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Collection,
  type Matrix,
  measureRankings,
  OfflineDiffusion,
  queryVector,
  rank,
  RegionGraph,
} from "../lib/index.js";
import { median } from "./support/measure.js";
import { type Question, questions } from "./support/questions.js";

const [K, ALPHA, THREADS] = [20, 0.99, 1];
const [folder, data = "../shared/data", kind = "R-MAC"] = process.argv.slice(2);
if (folder === undefined) throw new Error("name a collection");
const collection = await Collection.open(folder);
const vectors = await collection.descriptors(kind);
const { rows: n } = vectors;
const queries = await questions(collection, data, [kind]);
const graph = await RegionGraph.build(vectors, { k: K, threads: THREADS });

const starts: Float32Array[] = [];
const own = ({ id }: Question) => Int32Array.from(id === undefined ? [] : [id]);
for (const question of queries) {
  const query = question.vectors.get(kind) as Matrix;
  starts.push(await queryVector(query, vectors, { exclude: own(question), threads: THREADS }));
}

const table: Record<string, Record<string, string>> = {};
async function measure(
  name: string,
  bytes: number,
  ahead: number,
  diffuse: (y: Float32Array) => Float32Array | Promise<Float32Array>,
) {
  const times: number[] = [];
  const rankings: Int32Array[] = [];
  for (const [i, y] of starts.entries()) {
    const began = performance.now();
    const f = await diffuse(y);
    times.push(performance.now() - began);
    rankings.push((await rank(f, n, own(queries[i] as Question))).ids);
  }
  const { mAP } = measureRankings(
    rankings,
    queries.map(({ relevance }) => relevance),
  );
  table[name] = {
    mAP: (100 * mAP).toFixed(2),
    "bytes a descriptor": (bytes / n).toFixed(0),
    "seconds ahead": ahead.toFixed(2),
    "ms a query": median(times).toPrecision(3),
  };
}

const solve = { alpha: ALPHA, threads: THREADS };
await measure("CG, to 1e-6", 0, 0, (y) => graph.diffuse(y, solve));
await measure("CG, 20 iterations", 0, 0, (y) => graph.diffuse(y, { ...solve, maxIterations: 20 }));
for (const [reach, keep] of [
  [100, 50],
  [300, 100],
  [300, 300],
  [1000, 100],
  [1000, 1000],
] as const) {
  const began = performance.now();
  const offline = await OfflineDiffusion.build(vectors, graph, { reach, keep, alpha: ALPHA, threads: THREADS });
  const ahead = (performance.now() - began) / 1000;
  await measure(`offline, reach ${reach}, kept ${keep}`, offline.bytes, ahead, (y) => offline.diffuse(y));
}
for (const rankOf of [32, 128, 512]) {
  const { values, columnsOf, seconds } = eigenvectors(rankOf);
  await measure(`spectral, rank ${rankOf}`, 4 * n * rankOf, seconds, (y) => spectral(y, values, columnsOf));
}
console.log(`${queries.length} queries among ${n} photos, ${kind}, k ${K}, ${graph.adjacency.data.length / 2} edges`);
console.table(table);

/** f = U h(Λ) Uᵀ y over the leading eigenvectors, h(λ) = (1 - α) / (1 - α λ), and h(0) y for what they leave of y. */
function spectral(y: Float32Array, values: Float64Array, u: readonly Float64Array[]): Float32Array {
  const f = Float64Array.from(y, (value) => (1 - ALPHA) * value);
  u.forEach((vector, j) => {
    let projected = 0;
    y.forEach((value, i) => {
      if (value !== 0) projected += value * (vector[i] as number);
    });
    const weight = projected * ((1 - ALPHA) / (1 - ALPHA * (values[j] as number)) - (1 - ALPHA));
    for (let i = 0; i < n; i++) f[i] = (f[i] as number) + weight * (vector[i] as number);
  });
  return Float32Array.from(f);
}

function eigenvectors(count: number) {
  const scratch = mkdtempSync(join(tmpdir(), "leitmotif-offline-"));
  const code = `
import sys, time, numpy as np, scipy.sparse as sp, scipy.sparse.linalg as spl
folder, n, r = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
W = sp.csr_matrix((np.fromfile(folder + "/data", "<f4").astype(float), np.fromfile(folder + "/indices", "<i4"),
                   np.fromfile(folder + "/indptr", "<i4")), (n, n))
start = time.perf_counter()
values, U = spl.eigsh(W, r, which="LA")
print(time.perf_counter() - start)
values.tofile(folder + "/values"); np.ascontiguousarray(U.T).tofile(folder + "/U")
`;
  try {
    const { indptr, indices, data: weights } = graph.normalised();
    for (const [name, array] of Object.entries({ indptr, indices, data: weights }))
      writeFileSync(join(scratch, name), array);
    const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
    const args = ["-c", code, scratch, String(n), String(count)];
    const seconds = Number(execFileSync("/usr/bin/python3", args, { encoding: "utf8", env }));
    const read = (name: string) => new Float64Array(Uint8Array.from(readFileSync(join(scratch, name))).buffer);
    const u = read("U");
    const columnsOf = Array.from({ length: count }, (_, j) => u.subarray(j * n, (j + 1) * n));
    return { values: read("values"), columnsOf, seconds };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
