/** Supervised whitening from pairs of other vectors, against the closed form in NumPy. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { Whitening } from "../../lib/index.js";
import { randomMatrix } from "../support/random.js";
import { PYTHON, scipyIsThere } from "../support/scipy.js";

// W = S^(-1/2) is written with Cholesky's factor here: P = E^T W is the same but for a rotation before the eigenvectors.
const CLOSED_FORM = `
import sys, numpy as np
folder, n, m, c, d, r = sys.argv[1], *map(int, sys.argv[2:6]), float(sys.argv[6])
read = lambda name, t: np.fromfile(folder + "/" + name, t)
unit = lambda x: x / np.linalg.norm(x, axis=1, keepdims=True)
X = unit(read("X", np.float32).reshape(n, c).astype(float))
M = unit(read("M", np.float32).reshape(m, c).astype(float))
p = read("pairs", np.int32).reshape(-1, 2)
D = M[p[:, 0]] - M[p[:, 1]]
S = D.T @ D / len(D)
S += r * np.trace(S) / c * np.eye(c)
W = np.linalg.inv(np.linalg.cholesky(S))
Z = (X - X.mean(0)) @ W.T
values, vectors = np.linalg.eigh(Z.T @ Z / n)
P = vectors[:, ::-1][:, :d].T @ W
P *= np.sign(P[np.arange(d), np.abs(P).argmax(1)])[:, None]
P.tofile(folder + "/P")
`;

test("learnt from the pairs of other vectors, it is the closed form that NumPy computes", async (t) => {
  if (!scipyIsThere(t)) return t.pass();
  const [n, m, c, d, shrinkage] = [400, 90, 20, 12, 0.3];
  const [vectors, matching] = [randomMatrix(n, c, 3), randomMatrix(m, c, 4)];
  const pairs = Int32Array.from({ length: 160 }, (_, i) => (i * i * 7 + 13 * i) % m);
  const folder = mkdtempSync(join(tmpdir(), "leitmotif-numpy-"));
  writeFileSync(join(folder, "X"), vectors.data);
  writeFileSync(join(folder, "M"), matching.data);
  writeFileSync(join(folder, "pairs"), pairs);
  execFileSync(PYTHON, ["-c", CLOSED_FORM, folder, ...[n, m, c, d, shrinkage].map(String)]);
  const bytes = readFileSync(join(folder, "P"));
  const expected = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));

  const whitening = await Whitening.fitSupervised(vectors, pairs, { matching, dimensions: d, shrinkage });
  const largest = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  whitening.projection.data.forEach((value, i) => {
    t.true(Math.abs(value - (expected[i] as number)) <= 1e-5 * largest, `entry ${i}`);
  });
});
