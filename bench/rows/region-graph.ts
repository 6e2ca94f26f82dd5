/**
 * Nearest neighbours of all regions among themselves, k 50: exactly, beside faiss's IndexFlatIP; quantised, and in
 * clusters, beside the time that all products take at G and hnswlib's at the same recall.
 *
 *     node --import ./bench/support/register-typescript.mjs bench/rows/region-graph.ts [--short] [exact] [quantised] [clusters] [256] [512]
 *
 * Exact: 20,000 and 100,000 vectors of 512 dimensions; quantised and in clusters: a million of 256 and of 512 (--short:
 * 20,000 and 100,000 of 256). Words choose searches and dimensions.
 *
 * Of the searches in clusters, whose queries go through in groups one after another, some minutes are measured, and the
 * time of all follows from their progress. hnswlib's time at a million is extrapolated from 50,000 (--short: none), as n
 * log n.
 */
import { availableParallelism } from "node:os";
import { type Matrix, NeighbourIndex, nearestNeighbours } from "../../lib/index.js";
import { measureRates } from "../support/machine.js";
import { partlyMeasured, shortest } from "../support/measure.js";
import { runPython } from "../support/python.js";
import { realCollection } from "../support/real-collection.js";
import { realisticRegions } from "../support/realistic-regions.js";
import { report, row, type Row, SHORT } from "../support/rows.js";

const [K, SAMPLE, PEER_VECTORS, LIMIT] = [50, 2000, 50_000, 150] as const;
const EXACT = SHORT ? [20_000] : [20_000, 100_000];
const LARGE = SHORT ? [[100_000, 256] as const] : [256, 512].map((d) => [1_000_000, d] as const);
const threads = availableParallelism();

const FAISS = `
import json, sys, time, numpy as np, faiss
folder, n, d, k = sys.argv[1], *map(int, sys.argv[2:5])
V = np.fromfile(f"{folder}/V", "<f4").reshape(n, d); ours = np.fromfile(f"{folder}/S", "<f4").reshape(n, k)
index = faiss.IndexFlatIP(d); index.add(V)
times = []
for _ in range(2 if n < 50000 else 1):
    start = time.perf_counter(); S, _ids = index.search(V, k + 1); times.append(time.perf_counter() - start)
# Each finds itself; the same neighbours, but for ties, have the same similarities.
print(json.dumps([min(times), float(np.abs(S[:, 1:] - ours).max())]))
`;

const HNSWLIB = `
import json, sys, time, numpy as np, hnswlib
folder, n, d, k, recall = sys.argv[1], *map(int, sys.argv[2:5]), float(sys.argv[5])
V = np.fromfile(f"{folder}/V", "<f4").reshape(n, d); kth = np.fromfile(f"{folder}/kth", "<f4")
start = time.perf_counter()
index = hnswlib.Index("ip", d); index.init_index(n, M=16, ef_construction=200); index.add_items(V)
built = time.perf_counter() - start
step = n // len(kth)
for ef in (100, 200, 400, 800, 1600, 3200):
    index.set_ef(ef)
    start = time.perf_counter(); _, distances = index.knn_query(V[:step * len(kth):step], k + 1)
    took = (time.perf_counter() - start) * n / len(kth)
    found = float(np.mean((1 - distances[:, 1:] >= kth[:, None] - 1e-6).sum(1) / k))
    if found >= recall: break
print(json.dumps([built + took, found, ef]))
`;

async function make(n: number, d: number): Promise<Matrix> {
  const collection = await realCollection();
  return realisticRegions(await collection.regionVectors(0, collection.manifest.counts.regions), n, d);
}

async function exact(n: number): Promise<Row> {
  const vectors = await make(n, 512);
  const search = () => nearestNeighbours(vectors, vectors, { k: K, excludeSelf: true, method: "exact", threads });
  const { similarities } = await search();
  const before = await shortest(1, search);
  const peer = runPython<[number, number]>(FAISS, { V: vectors.data, S: similarities }, [n, 512, K], threads);
  const ours = Math.min(before, await shortest(1, search)) / 1000;
  if (peer && peer[1] > 1e-5) throw new Error(`similarities differ from faiss's by ${peer[1]}`);
  return row({
    stage: "exact k-NN graph",
    work: `${n} x 512, k ${K}, ${threads} threads`,
    unit: "s",
    ours,
    peer: peer && { name: "faiss IndexFlatIP", value: peer[0] },
    bound: { name: "half of all products at G", value: (n * n * 512) / measureRates(threads).flops },
    ratio: peer ? peer[0] / ours : NaN,
    goal: { ratio: "faiss / ours", atLeast: 1.8 },
  });
}

/** Vectors at even distances. */
function sampleOf({ data: all, rows, columns }: Matrix): Matrix {
  const step = Math.floor(rows / SAMPLE);
  const data = new Float32Array(SAMPLE * columns);
  for (let i = 0; i < SAMPLE; i++) data.set(all.subarray(i * step * columns, (i * step + 1) * columns), i * columns);
  return { data, rows: SAMPLE, columns };
}

/** Similarity of the k-th nearest of each vector of the sample, itself apart, exactly. */
async function kthOfSample(vectors: Matrix): Promise<Float32Array> {
  const found = await nearestNeighbours(sampleOf(vectors), vectors, { k: K + 1, method: "exact", threads });
  return Float32Array.from({ length: SAMPLE }, (_, i) => found.similarities[i * (K + 1) + K] as number);
}

/** Time that hnswlib takes for as many vectors at that recall, extrapolated from the first 50,000 as n log n. */
async function hnswlib({ data, rows: n, columns: d }: Matrix, recall: number) {
  const few = { data: data.subarray(0, PEER_VECTORS * d), rows: PEER_VECTORS, columns: d };
  const arrays = { V: few.data, kth: await kthOfSample(few) };
  const measured = runPython<[number, number, number]>(HNSWLIB, arrays, [PEER_VECTORS, d, K, recall], threads);
  if (!measured) return undefined;
  const [seconds, found, ef] = measured;
  const value = (seconds * n * Math.log(n)) / (PEER_VECTORS * Math.log(PEER_VECTORS));
  return { name: `hnswlib, ef ${ef}, recall ${found.toFixed(3)}, from ${PEER_VECTORS}`, value };
}

/** Watches memory; the returned function says the most there was beside the vectors, over theirs. */
function watchMemory({ data }: Matrix): () => number {
  const resident = process.memoryUsage().rss;
  let highest = resident;
  const watch = setInterval(() => (highest = Math.max(highest, process.memoryUsage().rss)), 50);
  return () => {
    clearInterval(watch);
    return (data.byteLength + highest - resident) / data.byteLength;
  };
}

/** What a search comes to beside all products, its recall, its memory beside the vectors', and hnswlib's time. */
async function largeRows(
  work: string,
  vectors: Matrix,
  measured: { ours: number; recall: number; memory: number; flops: number },
): Promise<Row[]> {
  const { ours, recall, memory, flops } = measured;
  const products = (2 * vectors.rows ** 2 * vectors.columns) / flops;
  const stage = "large k-NN graph";
  const rows = [
    row({
      stage,
      work,
      unit: "s",
      ours,
      bound: { name: "all products at G", value: products },
      ratio: ours / products,
      goal: { ratio: "ours / products", atMost: 0.25 },
    }),
    row({
      stage,
      work,
      unit: "recall@50",
      ours: recall,
      ratio: recall,
      goal: { ratio: "recall@50", atLeast: 0.98 },
    }),
    row({
      stage,
      work,
      unit: "of the vectors' memory",
      ours: memory,
      ratio: memory,
      goal: { ratio: "peak / vectors", atMost: 2 },
    }),
  ];
  const peer = SHORT ? undefined : await hnswlib(vectors, recall);
  if (!peer) return rows;
  const goal = { ratio: "hnswlib / ours", atLeast: 3 };
  return [...rows, row({ stage, work, unit: "s", ours, peer, ratio: peer.value / ours, goal })];
}

async function quantised(n: number, d: number): Promise<Row[]> {
  const vectors = await make(n, d);
  const peak = watchMemory(vectors);
  const [start, startOfUse] = [performance.now(), process.cpuUsage()];
  const options = { k: K, excludeSelf: true, method: "quantised", threads } as const;
  const { similarities } = await nearestNeighbours(vectors, vectors, options);
  const ours = (performance.now() - start) / 1000;
  const used = process.cpuUsage(startOfUse);
  const memory = peak();
  const { flops } = measureRates(threads);
  const kth = await kthOfSample(vectors);
  const step = Math.floor(n / SAMPLE);
  let found = 0;
  kth.forEach((least, i) => {
    for (let j = 0; j < K; j++) found += Number((similarities[i * step * K + j] as number) >= least);
  });
  // For where others take turns on the processors.
  const processor = ((used.user + used.system) / 1e6).toPrecision(3);
  const work = `quantised, ${n} x ${d}, k ${K}, ${threads} threads; processor time ${processor} s`;
  return largeRows(work, vectors, { ours, recall: found / (SAMPLE * K), memory, flops });
}

async function clustered(n: number, d: number): Promise<Row[]> {
  const vectors = await make(n, d);
  const peak = watchMemory(vectors);
  const start = performance.now();
  const index = await NeighbourIndex.build(vectors, { k: K, threads });
  const built = (performance.now() - start) / 1000;
  // One more than k: each finds itself, which takes no time of note.
  const search = { k: K + 1, threads };
  const searched = await partlyMeasured(LIMIT, 0.1, (run) => index.search(vectors, search, run));
  const ours = built + searched.seconds;
  const memory = peak();

  const { flops } = measureRates(threads);
  const kth = await kthOfSample(vectors);
  const { similarities } = await index.search(sampleOf(vectors), search);
  let found = 0;
  for (let i = 0; i < SAMPLE; i++) {
    for (let j = 1; j <= K; j++) found += Number((similarities[i * (K + 1) + j] as number) >= (kth[i] as number));
  }
  const recall = found / (SAMPLE * K);
  const part = searched.share < 1 ? ` from ${(100 * searched.share).toFixed(0)} % of them` : "";
  const work =
    `in clusters, ${n} x ${d}, k ${K}, ${threads} threads; ` +
    `index ${built.toPrecision(3)} s, searches ${searched.seconds.toPrecision(3)} s${part}`;
  return largeRows(work, vectors, { ours, recall, memory, flops });
}

const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const asked = (word: string, among: string[]) => words.includes(word) || !among.some((other) => words.includes(other));
const [searches, dimensions] = [
  ["exact", "quantised", "clusters"],
  ["256", "512"],
];

const rows: Row[] = [];
if (asked("exact", searches)) for (const n of EXACT) rows.push(await exact(n));
for (const [n, d] of LARGE.filter(([, d]) => asked(`${d}`, dimensions))) {
  if (asked("quantised", searches)) rows.push(...(await quantised(n, d)));
  if (asked("clusters", searches)) rows.push(...(await clustered(n, d)));
}
report(rows);
