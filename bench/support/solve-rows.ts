/** What is solved on a graph by conjugate gradients, beside SciPy's and the bandwidth bound. */
import type { RegionGraph } from "../../lib/index.js";
import { measureRates } from "./machine.js";
import { shortest } from "./measure.js";
import { runPython } from "./python.js";
import { row, type Row } from "./rows.js";

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

/**
 * Rows of Katz centrality and of the diffusion of `y`.
 *
 * @param options `fast`: iterations of a diffusion, for its speed.
 */
export async function solveRows(
  graph: RegionGraph,
  y: Float32Array,
  { alpha, fast, repeats, threads }: { alpha: number; fast: number; repeats: number; threads: number },
): Promise<Row[]> {
  const solve = { alpha, threads };
  const quick = { ...solve, maxIterations: fast };
  const { indptr, indices, data } = graph.normalised();
  let [iterations, steps] = [0, 0];
  const times = async () => [
    await shortest(repeats, async () => ({ iterations } = await graph.solveCentrality(solve))),
    await shortest(repeats, async () => ({ iterations: steps } = await graph.solve(y, quick))),
  ];
  const first = performance.now();
  await graph.centrality({ ...solve, maxIterations: 0 });
  console.error(`layout for solves, once: ${(performance.now() - first).toFixed(1)} ms`);
  const before = await times();
  const scipy = runPython<[number, number][]>(SCIPY, { indptr, indices, data, y }, [alpha, repeats, fast], 1);
  const rates = measureRates(threads);
  const [katz = NaN, query = NaN] = (await times()).map((time, i) => Math.min(time, before[i] as number));

  // Each iteration reads W once, and goes over direction (float32), image, residual and solution (float64): 68 bytes.
  const bytes = data.byteLength + indices.byteLength + indptr.byteLength + 68 * graph.size;
  const bound = { name: "matrix and vectors at M", value: (1000 * bytes) / rates.bytes };
  const work = `${graph.size} vertices, ${(data.length / graph.size).toFixed(0)} neighbours each, ${threads} threads`;
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
