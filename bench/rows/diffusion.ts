/**
 * What is solved on the mutual k-NN graph: Katz centrality and the diffusion of a query, by conjugate gradients, beside
 * SciPy's and the bandwidth bound; and diffusion solved ahead. 105,000 vectors like real regions', k 50 (--short:
 * solved ahead for 20,000).
 *
 *     node --import ./test/support/register-typescript.mjs bench/rows/diffusion.ts [--short]
 */
import { availableParallelism } from "node:os";
import { type Matrix, measureRankings, OfflineDiffusion, queryVector, rank, RegionGraph } from "../../lib/index.js";
import { measureRates } from "../support/machine.js";
import { median, shortest } from "../support/measure.js";
import { runPython } from "../support/python.js";
import { realCollection } from "../support/real-collection.js";
import { realisticDescriptors } from "../support/realistic-descriptors.js";
import { report, row, type Row, SHORT } from "../support/rows.js";

const [VECTORS, K, ALPHA, QUERIES, FAST, REPEATS] = [105_000, 50, 0.99, 50, 20, 20] as const;
const SOLVED_AHEAD = SHORT ? 20_000 : VECTORS;
const threads = availableParallelism();

const SCIPY = `
import json, sys, time
import numpy as np, scipy.sparse as sp
from scipy.sparse.linalg import cg
folder, alpha, repeats, fast = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
read = lambda name, kind: np.fromfile(f"{folder}/{name}", kind)
indptr = read("indptr", "<i4"); n = len(indptr) - 1
W = sp.csr_matrix((read("data", "<f4").astype(float), read("indices", "<i4"), indptr), (n, n))
L = ((sp.identity(n) - alpha * W) / (1 - alpha)).tocsr()
def best(y, iterations):
    times, count = [], [0]
    for _ in range(repeats):
        count[0] = 0
        start = time.perf_counter()
        cg(L, y, maxiter=iterations, tol=1e-6, atol=0, callback=lambda x: count.__setitem__(0, count[0] + 1))
        times.append(1e3 * (time.perf_counter() - start))
    return [min(times), count[0]]
print(json.dumps([best(np.ones(n), 1000), best(read("y", "<f4").astype(float), fast)]))
`;

/** Vectors, their graph and queries, each of a cluster of its own. */
async function prepare(n: number) {
  const collection = await realCollection();
  const real = await collection.regionVectors(0, collection.manifest.counts.regions);
  const { vectors: all, clusters } = await realisticDescriptors(real, n + QUERIES);
  const part = (from: number, to: number): Matrix => ({
    data: all.data.subarray(from * all.columns, to * all.columns),
    rows: to - from,
    columns: all.columns,
  });
  const vectors = part(0, n);
  const graph = await RegionGraph.build(vectors, { k: K, threads });
  const starts: Float32Array[] = [];
  for (let i = 0; i < QUERIES; i++) starts.push(await queryVector(part(n + i, n + i + 1), vectors, { threads }));
  const relevances = Array.from({ length: QUERIES }, (_, i) => ({
    positive: [...clusters.keys()].filter((id) => id < n && clusters[id] === clusters[n + i]),
  }));
  return { vectors, graph, starts, relevances };
}

async function solved(): Promise<Row[]> {
  const { graph, starts } = await prepare(VECTORS);
  const y = starts[0] as Float32Array;
  const solve = { alpha: ALPHA, threads };
  const quick = { ...solve, maxIterations: FAST };
  const { indptr, indices, data } = graph.normalised();
  let [iterations, steps] = [0, 0];
  const times = async () => [
    await shortest(REPEATS, async () => ({ iterations } = await graph.solveCentrality(solve))),
    await shortest(REPEATS, async () => ({ iterations: steps } = await graph.solve(y, quick))),
  ];
  const first = performance.now();
  await graph.centrality({ ...solve, maxIterations: 0 });
  console.error(`layout for solves, once: ${(performance.now() - first).toFixed(1)} ms`);
  const before = await times();
  const scipy = runPython<[number, number][]>(SCIPY, { indptr, indices, data, y }, [ALPHA, REPEATS, FAST], 1);
  const rates = measureRates(threads);
  const [katz = NaN, query = NaN] = (await times()).map((time, i) => Math.min(time, before[i] as number));

  // Each iteration reads W once, and goes over direction (float32), image, residual and solution (float64): 68 bytes.
  const bytes = data.byteLength + indices.byteLength + indptr.byteLength + 68 * VECTORS;
  const bound = { name: "matrix and vectors at M", value: (1000 * bytes) / rates.bytes };
  const work = `${VECTORS} vertices, ${(data.length / VECTORS).toFixed(0)} neighbours each, ${threads} threads`;
  const rows = (stage: string, count: number, took: number, peer: number | undefined) => {
    const each = took / count;
    const goal = { ratio: "ours / bound", atMost: 1.5 };
    return row({
      stage: `${stage}: an iteration`,
      work,
      unit: "ms",
      ours: each,
      bound,
      ratio: each / bound.value,
      goal,
      ...(peer && { peer: { name: "SciPy", value: peer } }),
    });
  };
  const [theirKatz, theirQuery] = scipy ?? [];
  const perIteration = (times: [number, number] | undefined) => times && times[0] / times[1];
  return [
    rows("Katz centrality", iterations, katz, perIteration(theirKatz)),
    ...(theirKatz
      ? [
          row({
            stage: "Katz centrality: to 1e-6",
            work: `${work}; ${iterations} iterations, SciPy ${theirKatz[1]}`,
            unit: "ms",
            ours: katz,
            peer: { name: "SciPy's CG", value: theirKatz[0] },
            ratio: theirKatz[0] / katz,
            goal: { ratio: "SciPy / ours", atLeast: 5 },
          }),
        ]
      : []),
    rows("diffusion query", steps, query, perIteration(theirQuery)),
  ];
}

/** Diffusion solved ahead beside the solve for a query, and how well either ranks what belongs to the query's cluster. */
async function ahead(): Promise<Row[]> {
  const { vectors, graph, starts, relevances } = await prepare(SOLVED_AHEAD);
  const offline = await OfflineDiffusion.build(vectors, graph, { alpha: ALPHA, threads });
  const measure = async (diffuse: (y: Float32Array) => Float32Array | Promise<Float32Array>) => {
    const times: number[] = [];
    const rankings: Int32Array[] = [];
    for (const y of starts) {
      times.push(await shortest(3, () => diffuse(y)));
      rankings.push((await rank(await diffuse(y), 1000)).ids);
    }
    return { ms: median(times), mAP: measureRankings(rankings, relevances).mAP };
  };
  const online = await measure((y) => graph.diffuse(y, { alpha: ALPHA, threads, maxIterations: FAST }));
  const kept = await measure((y) => offline.diffuse(y));
  const work = `${SOLVED_AHEAD} vertices, ${(offline.bytes / SOLVED_AHEAD).toFixed(0)} bytes each`;
  return [
    row({
      stage: "diffusion solved ahead",
      work,
      unit: "ms a query",
      ours: kept.ms,
      peer: { name: "ours, 20 iterations", value: online.ms },
      ratio: online.ms / kept.ms,
      goal: { ratio: "solving / solved ahead", atLeast: 10 },
    }),
    row({
      stage: "diffusion solved ahead: ranking",
      work,
      unit: "mAP",
      ours: kept.mAP,
      peer: { name: "ours, 20 iterations", value: online.mAP },
      ratio: kept.mAP / online.mAP,
      goal: { ratio: "solved ahead / solving", atLeast: 0.99 },
    }),
  ];
}

report([...(await solved()), ...(await ahead())]);
