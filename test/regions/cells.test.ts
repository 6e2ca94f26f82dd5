import test from "ava";
import fc from "fast-check";
import { toCellRectangle, toPixelBox } from "../../lib/index.js";

const error = { instanceOf: Error, code: "ERR_INVALID_ARGUMENT" };
const side = fc.integer({ min: 1, max: 200 });
const size = fc.record({ width: side, height: side });

test("cells cover their share of the image, and a box takes every cell that it touches", (t) => {
  const map = { width: 32, height: 24 };
  const image = { width: 1024, height: 768 };
  t.deepEqual(toPixelBox({ x0: 1, y0: 2, x1: 3, y1: 6 }, map, image), { x: 32, y: 64, width: 64, height: 128 });
  t.deepEqual(toCellRectangle({ x: 31, y: 64, width: 34, height: 1 }, map, image), { x0: 0, y0: 2, x1: 3, y1: 3 });
  t.deepEqual(toCellRectangle({ x: -50, y: 700, width: 60, height: 500 }, map, image), {
    x0: 0,
    y0: 21,
    x1: 1,
    y1: 24,
  });
});

test("a rectangle comes back from its pixel box, at any ratio of sizes", (t) => {
  const corner = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  fc.assert(
    fc.property(size, size, corner, corner, corner, corner, (map, image, a, b, c, d) => {
      const between = (u: number, v: number, n: number): [number, number] => {
        const first = Math.floor(Math.min(u, v) * n);
        return [first, Math.max(first + 1, Math.ceil(Math.max(u, v) * n))];
      };
      const [x0, x1] = between(a, b, map.width);
      const [y0, y1] = between(c, d, map.height);
      const rectangle = { x0, y0, x1, y1 };
      t.deepEqual(toCellRectangle(toPixelBox(rectangle, map, image), map, image), rectangle);
    }),
  );
});

test("a tiny box is one cell", (t) => {
  const map = { width: 7, height: 5 };
  const box = { x: 30, y: 49.9999, width: 1e-12, height: 1e-12 };
  t.deepEqual(toCellRectangle(box, map, { width: 70, height: 50 }), { x0: 3, y0: 4, x1: 4, y1: 5 });
});

test("refuses a rectangle that leaves the map, a box beside the image and sizes of zero", (t) => {
  const map = { width: 7, height: 5 };
  const image = { width: 70, height: 50 };
  t.throws(() => toPixelBox({ x0: 0, y0: 0, x1: 8, y1: 1 }, map, image), {
    ...error,
    message: /within the map of 7 x 5/,
  });
  t.throws(() => toCellRectangle({ x: 70, y: 0, width: 9, height: 9 }, map, image), { ...error, message: /the image/ });
  t.throws(() => toCellRectangle({ x: -9, y: 0, width: 9, height: 9 }, map, image), error);
  t.throws(() => toCellRectangle({ x: 0, y: 0, width: 0, height: 9 }, map, image), error);
  t.throws(() => toPixelBox({ x0: 0, y0: 0, x1: 1, y1: 1 }, { ...map, width: 0 }, image), error);
});
