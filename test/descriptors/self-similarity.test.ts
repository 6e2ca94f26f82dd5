import test from "ava";
import { selfSimilarity, Whitening } from "../../lib/index.js";

/** Channels 0 to 3 stand for what is seen; every cell shows one. */
function map(rows: number[][]) {
  const [height, width] = [rows.length, rows[0]?.length ?? 0];
  const data = new Float32Array(height * width * 4);
  rows.flat().forEach((channel, p) => (data[4 * p + channel] = 1));
  return { data, height, width, channels: 4 };
}

test("a texture is like itself, a boundary one way, a thing in no way; a single cell altogether", async (t) => {
  const vectors = { data: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1), rows: 4, columns: 4 };
  const whitening = (await Whitening.fit(vectors, { dimensions: 3 })).withMean(new Float32Array(4));
  const all = [{ x0: 0, y0: 0, x1: 4, y1: 4 }];
  const of = (rows: number[][]) => selfSimilarity(map(rows), all, whitening)[0] as number;
  t.true(
    of([
      [0, 1, 0, 1],
      [1, 0, 1, 0],
      [0, 1, 0, 1],
      [1, 0, 1, 0],
    ]) > 0.999,
  );
  const boundary = of([
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [1, 1, 1, 1],
    [1, 1, 1, 1],
  ]);
  t.true(boundary < 0.5, "its upper half is unlike its lower one");
  t.true(
    of([
      [0, 0, 1, 1],
      [0, 0, 1, 1],
      [2, 2, 3, 3],
      [2, 2, 3, 3],
    ]) < 0.6,
  );
  const cell = selfSimilarity(map([[0, 1]]), [{ x0: 1, y0: 0, x1: 2, y1: 1 }], whitening);
  t.true(Math.abs((cell[0] as number) - 1) < 1e-5);
  t.is(selfSimilarity(map([[0, 1]]), [], whitening).length, 0);
});
