/** Diffusion against an independent sparse LU solve of the same equations, on more descriptors than a dense one takes. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { RetrievalIndex } from "../../lib/index.js";
import { Random } from "../../lib/evaluation/scenes/random.js";
import { PYTHON, scipyIsThere } from "../support/scipy.js";

const [ROWS, COLUMNS, QUERIES, K, ALPHA] = [2000, 32, 5, 30, 0.99] as const;

const SOLVE = `
import sys, numpy as np, scipy.sparse as sp, scipy.sparse.linalg as spl
folder, n, d, k, alpha = sys.argv[1], *map(int, sys.argv[2:5]), float(sys.argv[5])
V = np.fromfile(folder + "/V", np.float32).reshape(n, d).astype(float)
S = V @ V.T
own = S.copy(); np.fill_diagonal(own, -np.inf)
near = np.zeros((n, n), bool)
np.put_along_axis(near, np.argsort(-own, axis=1, kind="stable")[:, :k], True, axis=1)
W = np.where(near & near.T, np.maximum(S, 0) ** 3, 0)
s = np.divide(1, np.sqrt(W.sum(1)), out=np.zeros(n), where=W.sum(1) > 0)
L = sp.csc_matrix((np.eye(n) - alpha * s[:, None] * W * s) / (1 - alpha))
solve = spl.splu(L).solve
f = []
for q in np.fromfile(folder + "/Q", np.float32).reshape(-1, d).astype(float):
    y = np.zeros(n); ids = np.argsort(-(V @ q), kind="stable")[:10]
    y[ids] = np.maximum(V[ids] @ q, 0) ** 3
    f.append(solve(y))
np.array(f).tofile(folder + "/f")
`;

function unitRows(random: Random, rows: number, near?: Float32Array): Float32Array {
  const data = new Float32Array(rows * COLUMNS);
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * COLUMNS, (i + 1) * COLUMNS);
    const from = near ? random.int(0, near.length / COLUMNS - 1) * COLUMNS : 0;
    row.forEach((_, j) => (row[j] = near ? (near[from + j] as number) + 0.1 * random.normal() : random.normal()));
    const norm = Math.hypot(...row);
    row.forEach((value, j) => (row[j] = value / norm));
  }
  return data;
}

test("diffusion of 2,000 descriptors agrees with SciPy's sparse LU to 1e-5, and so do its rankings but for ties", async (t) => {
  if (!scipyIsThere(t)) return t.pass();
  const random = new Random("scipy");
  const data = unitRows(random, ROWS, unitRows(random, 40));
  const queries = unitRows(random, QUERIES, data);
  const folder = mkdtempSync(join(tmpdir(), "leitmotif-scipy-"));
  writeFileSync(join(folder, "V"), data);
  writeFileSync(join(folder, "Q"), queries);
  execFileSync(PYTHON, ["-c", SOLVE, folder, ...[ROWS, COLUMNS, K, ALPHA].map(String)]);
  const bytes = readFileSync(join(folder, "f"));
  const expected = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));

  const index = await RetrievalIndex.build({ data, rows: ROWS, columns: COLUMNS }, { k: K, alpha: ALPHA });
  for (let i = 0; i < QUERIES; i++) {
    const query = queries.subarray(i * COLUMNS, (i + 1) * COLUMNS);
    const f = await index.scores(query, { solve: "exact" });
    const reference = expected.subarray(i * ROWS, (i + 1) * ROWS);
    const largest = reference.reduce((a, b) => Math.max(a, b));
    const error = f.reduce((worst, value, j) => Math.max(worst, Math.abs(value - (reference[j] as number))), 0);
    t.true(error <= 1e-5 * largest, `query ${i}: error ${error / largest}`);
    const { ids } = await index.search(query, { solve: "exact", top: 100 });
    const order = Array.from(reference.keys()).sort((a, b) => (reference[b] as number) - (reference[a] as number));
    ids.forEach((id, rank) => {
      const gap = Math.abs((reference[id] as number) - (reference[order[rank] as number] as number));
      t.true(gap <= 2e-5 * largest, `query ${i}: rank ${rank}`);
    });
  }
});
