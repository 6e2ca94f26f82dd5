/**
 * What is solved on the mutual k-NN graph: Katz centrality and the diffusion of a query, by conjugate gradients, beside
 * SciPy's and the bandwidth bound; and diffusion solved ahead. 105,000 vectors like real regions', k 50 (--short:
 * solved ahead for 20,000).
 *
 *     node --import ./bench/support/register-typescript.mjs bench/rows/diffusion.ts [--short]
 */
import { availableParallelism } from "node:os";
import { type Matrix, measureRankings, OfflineDiffusion, queryVector, rank, RegionGraph } from "../../lib/index.js";
import { median, shortest } from "../support/measure.js";
import { realCollection } from "../support/real-collection.js";
import { realisticDescriptors } from "../support/realistic-descriptors.js";
import { report, row, type Row, SHORT } from "../support/rows.js";
import { solveRows } from "../support/solve-rows.js";

const [VECTORS, K, ALPHA, QUERIES, FAST, REPEATS] = [105_000, 50, 0.99, 50, 20, 20] as const;
const SOLVED_AHEAD = SHORT ? 20_000 : VECTORS;
const threads = availableParallelism();

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
  return solveRows(graph, starts[0] as Float32Array, { alpha: ALPHA, fast: FAST, repeats: REPEATS, threads });
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
