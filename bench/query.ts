/**
 * Time of a query at 5,000 and 105,000 descriptors on one thread: the nearest neighbours beside faiss and hnswlib,
 * diffusion beside SciPy's conjugate gradients on the same graph.
 *
 *     node --import ./bench/support/register-typescript.mjs bench/query.ts <collection> [kind] [sizes]
 *
 * The descriptors are made like those of the collection (support/realistic-descriptors.ts). Peers come from Debian's
 * python3-faiss, python3-hnswlib and python3-scipy, and hnswlib-node from `npm rebuild hnswlib-node
 * --ignore-scripts=false`; those that are not there are left out. Medians over 50 queries, of processor time: other load
 * on the machine does not count.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Collection, type Matrix, RetrievalIndex } from "../lib/index.js";
import { median } from "./support/measure.js";
import { realisticDescriptors } from "./support/realistic-descriptors.js";

const [QUERIES, TOP, K, TRUNCATE] = [50, 100, 50, 5000];
const ALPHA = 0.99;

const PYTHON = `
import json, sys, time
import numpy as np
folder, n, d, q, top, alpha = sys.argv[1], *map(int, sys.argv[2:6]), float(sys.argv[6])
read = lambda name, kind: np.fromfile(f"{folder}/{name}", kind)
V, Q = read("V", "<f4").reshape(n, d), read("Q", "<f4").reshape(q, d)
def timed(body):
    times, results = [], []
    for i in range(q):
        start = time.process_time(); results.append(body(i)); times.append(1e3 * (time.process_time() - start))
    return sorted(times)[q // 2], results
rows = {}
exact = None
try:
    import faiss
    faiss.omp_set_num_threads(1)
    flat = faiss.IndexFlatIP(d); flat.add(V)
    rows["faiss, exact"], found = timed(lambda i: flat.search(Q[i:i+1], top)[1][0])
    exact = found
except ImportError: pass
try:
    import hnswlib
    index = hnswlib.Index("ip", d); index.init_index(n, M=16, ef_construction=200); index.add_items(V, num_threads=1)
    index.set_ef(2 * top)
    rows["hnswlib"], found = timed(lambda i: index.knn_query(Q[i:i+1], top, num_threads=1)[0][0])
    if exact: rows["hnswlib: recall"] = float(np.mean([len(set(a) & set(b)) / top for a, b in zip(found, exact)]))
except ImportError: pass
try:
    import scipy.sparse as sp
    from scipy.sparse.linalg import cg
    W = sp.csr_matrix((read("data", "<f4").astype(float), read("indices", "<i4"), read("indptr", "<i4")), (n, n))
    L = ((sp.identity(n) - alpha * W) / (1 - alpha)).tocsr()
    Y = read("Y", "<f4").reshape(q, n).astype(float)
    rows["SciPy's CG, 20 iterations"], _ = timed(lambda i: cg(L, Y[i], maxiter=20, tol=1e-6, atol=0)[0])
    rows["SciPy's CG, to 1e-6"], _ = timed(lambda i: cg(L, Y[i], maxiter=1000, tol=1e-6, atol=0)[0])
except ImportError: pass
print(json.dumps(rows))
`;

const [folder, kind = "R-MAC", sizes = "5000,105000"] = process.argv.slice(2);
if (folder === undefined) throw new Error("name a collection");
const real = await (await Collection.open(folder)).descriptors(kind);

for (const n of sizes.split(",").map(Number)) {
  const { vectors: all, fitted } = await realisticDescriptors(real, n + QUERIES);
  const { columns } = all;
  const rowsOf = (from: number, to: number): Matrix => ({
    data: all.data.subarray(from * columns, to * columns),
    rows: to - from,
    columns,
  });
  const vectors = rowsOf(0, n);
  const queries = Array.from({ length: QUERIES }, (_, i) => rowsOf(n + i, n + i + 1));
  const ours: Record<string, number> = {};
  const began = performance.now();
  const index = await RetrievalIndex.build(vectors, { k: K, alpha: ALPHA, threads: 1 });
  const built = performance.now() - began;
  const ways = {
    "neighbours, exact": { expand: "none" },
    "diffusion, 20 iterations": {},
    "diffusion, to 1e-6": { solve: "exact" },
    [`diffusion over the ${TRUNCATE} nearest`]: { truncate: TRUNCATE },
  } as const;
  for (const [name, options] of Object.entries(ways)) {
    ours[name] = await cpuTime(queries, (query) => index.search(query, { ...options, top: TOP, threads: 1 }));
  }
  const before = performance.now();
  const offline = await RetrievalIndex.build(vectors, { k: K, alpha: ALPHA, expand: "offline", threads: 1 });
  const ahead = performance.now() - before - built;
  const solvedAhead = (query: Matrix) => offline.search(query, { top: TOP, threads: 1 });
  ours["diffusion, solved ahead"] = await cpuTime(queries, solvedAhead);

  console.log(
    `${n} descriptors of ${columns} dimensions (10th neighbour at ${fitted.made.toFixed(3)}, real ones at ` +
      `${fitted.real.toFixed(3)}); graph of ${index.graph?.adjacency.data.length} entries in ${(built / 1000).toFixed(1)} s, ` +
      `solved ahead in ${(ahead / 1000).toFixed(1)} s more; ms of processor a query`,
  );
  const theirs = { ...(await peers(vectors, queries, index)), ...(await hnswlibNode(vectors, queries)) };
  console.table(
    Object.fromEntries(
      Object.entries({ ...ours, ...theirs }).map(([name, value]) => [name, Number(value.toPrecision(3))]),
    ),
  );
}

/** Median milliseconds of processor time a query. */
async function cpuTime(queries: readonly Matrix[], search: (query: Matrix) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (const query of queries) {
    const start = process.cpuUsage();
    await search(query);
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000);
  }
  return median(times);
}

/** Searches by the npm package of hnswlib, with its defaults; nothing where it has not been compiled. */
async function hnswlibNode(
  { data, rows, columns }: Matrix,
  queries: readonly Matrix[],
): Promise<Record<string, number>> {
  const hnswlib = await import("hnswlib-node").catch(() => undefined);
  if (!hnswlib) return {};
  const peer = new hnswlib.default.HierarchicalNSW("ip", columns);
  peer.initIndex(rows, 16, 200);
  for (let i = 0; i < rows; i++) peer.addPoint(Array.from(data.subarray(i * columns, (i + 1) * columns)), i);
  peer.setEf(2 * TOP);
  const arrays = new Map(queries.map((query) => [query, Array.from(query.data)]));
  return {
    "hnswlib-node": await cpuTime(queries, (query) =>
      Promise.resolve(peer.searchKnn(arrays.get(query) as number[], TOP)),
    ),
  };
}

/** Times of the peers, on the same vectors, graph and right-hand sides. */
async function peers(vectors: Matrix, queries: Matrix[], index: RetrievalIndex): Promise<Record<string, number>> {
  const scratch = mkdtempSync(join(tmpdir(), "leitmotif-query-"));
  try {
    const { rows: n, columns, data } = vectors;
    const y = new Float32Array(QUERIES * n);
    for (const [i, query] of queries.entries()) {
      const { ids, scores } = await index.search(query, { expand: "none", top: 10 });
      ids.forEach((id, j) => (y[i * n + id] = Math.max(scores[j] as number, 0) ** 3));
    }
    const graph = index.graph?.normalised();
    const q = Float32Array.from(queries.flatMap((query) => [...query.data]));
    const files = { V: data, Q: q, Y: y, indptr: graph?.indptr, indices: graph?.indices, data: graph?.data };
    for (const [name, array] of Object.entries(files)) writeFileSync(join(scratch, name), array ?? new Float32Array(0));
    const args = ["-c", PYTHON, scratch, n, columns, QUERIES, TOP, ALPHA].map(String);
    const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
    return JSON.parse(execFileSync("/usr/bin/python3", args, { encoding: "utf8", env })) as Record<string, number>;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
