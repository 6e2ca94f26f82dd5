import test, { type ExecutionContext } from "ava";
import { type Matrix, Whitening } from "../../lib/index.js";
import { assertClose, type GoldenCase, goldenCases } from "../support/golden.js";

/** The reference's shrinkage: next to none. */
const shrinkage = 1e-9;

for (const golden of goldenCases("whitening-")) {
  const dimensions = golden.params.d as number;
  const X = golden.matrix("X");
  const Y = golden.matrix("Y");

  test(`${golden.name}: PCA`, async (t) => {
    compare(t, golden, "pca", Y, await Whitening.fit(X, { dimensions, shrinkage }));
  });
  test(`${golden.name}: supervised`, async (t) => {
    const learnt = await Whitening.fitSupervised(X, golden.i32("pairs"), { dimensions, shrinkage });
    compare(t, golden, "supervised", Y, learnt);
  });
}

function compare(t: ExecutionContext, golden: GoldenCase, kind: string, Y: Matrix, learnt: Whitening) {
  const stored = new Whitening({ mean: golden.f32(`${kind}.mean`), projection: golden.matrix(`${kind}.projection`) });
  assertClose(t, golden, `${kind}.mean`, learnt.mean, 1e-5);

  // Rows are defined up to sign, and whitened vectors up to the same signs.
  const signs = rowSigns(learnt.projection, stored.projection);
  const { rows: d, columns: c } = stored.projection;
  const projection = learnt.projection.data.map((v, i) => v * (signs[Math.floor(i / c)] as number));
  assertClose(t, golden, `${kind}.projection`, projection, 1e-3);
  const applied = learnt.apply(Y).data.map((v, i) => v * (signs[i % d] as number));
  assertClose(t, golden, `${kind}.applied`, applied, 1e-3);
  assertClose(
    t,
    golden,
    `${kind}.applied (stored projection)`,
    stored.apply(Y).data,
    1e-5,
    golden.f32(`${kind}.applied`),
  );
}

function rowSigns(a: Matrix, b: Matrix): number[] {
  return Array.from({ length: a.rows }, (_, row) => {
    let dot = 0;
    for (let j = row * a.columns; j < (row + 1) * a.columns; j++) dot += (a.data[j] as number) * (b.data[j] as number);
    return Math.sign(dot);
  });
}
