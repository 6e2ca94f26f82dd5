import test from "ava";
import fc from "fast-check";
import { uniformRegions, uniformWithin } from "../../lib/index.js";

const error = { instanceOf: Error, code: "ERR_INVALID_ARGUMENT" };

test("squares lie within the map, reach its borders, and have the side of their level", (t) => {
  const size = fc.integer({ min: 1, max: 60 });
  fc.assert(
    fc.property(size, size, fc.integer({ min: 1, max: 5 }), (height, width, levels) => {
      const squares = uniformRegions(height, width, { levels });
      for (const { x0, y0, x1, y1 } of squares) {
        t.true(x0 >= 0 && y0 >= 0 && x1 <= width && y1 <= height);
        t.is(x1 - x0, y1 - y0);
      }
      t.is(Math.max(...squares.map(({ x1 }) => x1)), width);
      t.is(Math.max(...squares.map(({ y1 }) => y1)), height);
      t.is(squares[0]?.x1, Math.min(height, width));
    }),
  );
});

test("a square map has 1 + 4 + 9 squares; with the whole map one more", (t) => {
  t.is(uniformRegions(12, 12).length, 14);
  t.deepEqual(uniformRegions(12, 30, { wholeMap: true }).at(-1), { x0: 0, y0: 0, x1: 30, y1: 12 });
});

test("the grid within a rectangle is the grid of its size, moved there", (t) => {
  const inside = uniformWithin({ x0: 3, y0: 5, x1: 12, y1: 9 });
  const moved = uniformRegions(4, 9, { levels: 2 }).map(({ x0, y0, x1, y1 }) => ({
    x0: x0 + 3,
    y0: y0 + 5,
    x1: x1 + 3,
    y1: y1 + 5,
  }));
  t.deepEqual(inside, moved);
});

test("refuses sizes, rectangles and options that cannot be", (t) => {
  t.throws(() => uniformRegions(0, 4), error);
  t.throws(() => uniformRegions(4, 4, { levels: 0 }), error);
  t.throws(() => uniformRegions(4, 4, { overlap: 1 }), error);
  t.throws(() => uniformRegions(4, 4, { level: 2 } as never), { ...error, message: /did you mean "levels"/ });
  t.throws(() => uniformWithin({ x0: 3, y0: 5, x1: 3, y1: 9 }), { ...error, message: /at least one cell/ });
  t.throws(() => uniformWithin({ x0: 0, y0: 0, x1: 3, y1: 3 }, { wholeMap: true } as never), error);
});
