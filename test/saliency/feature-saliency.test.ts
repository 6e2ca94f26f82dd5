import test from "ava";
import fc from "fast-check";
import { featureSaliency } from "../../lib/index.js";

const error = { instanceOf: Error, code: "ERR_INVALID_ARGUMENT" };

test("refuses maps of the wrong size, with NaN, negative values or another type", (t) => {
  const map = { data: new Float32Array(24), height: 2, width: 3, channels: 4 };
  t.throws(() => featureSaliency({ ...map, channels: 5 }), { ...error, message: /Float32Array of 30 values/ });
  t.throws(() => featureSaliency({ ...map, height: 0 }), error);
  t.throws(() => featureSaliency({ ...map, data: Array.from(map.data) as never }), error);
  for (const bad of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
    const data = map.data.slice();
    data[23] = bad;
    t.throws(() => featureSaliency({ ...map, data }), { ...error, message: /NaN, infinity or negative/ });
  }
});

test("names a misspelt option", (t) => {
  const map = { data: new Float32Array(24), height: 2, width: 3, channels: 4 };
  t.throws(() => featureSaliency(map, { epsilom: 1 } as never), { ...error, message: /did you mean "epsilon"/ });
});

test("reads a subarray at its offset", (t) => {
  const whole = Float32Array.from({ length: 48 }, (_, i) => (i * 7) % 11);
  const shape = { height: 2, width: 3, channels: 4 };
  const view = featureSaliency({ data: whole.subarray(17, 41), ...shape });
  const copy = featureSaliency({ data: whole.slice(17, 41), ...shape });
  t.deepEqual(view, copy);
});

test("does not depend on the scale of the map, and sums to 1 in the fourth power", (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 10, noNaN: true }), { minLength: 24, maxLength: 24 }),
      fc.double({ min: 0.1, max: 100, noNaN: true }),
      (values, scale) => {
        const shape = { height: 2, width: 3, channels: 4 };
        const a = featureSaliency({ data: Float32Array.from(values), ...shape }).data;
        const b = featureSaliency({ data: Float32Array.from(values, (v) => v * scale), ...shape }).data;
        t.true(Math.abs(a.reduce((sum, v) => sum + v ** 4, 0) - 1) < 1e-5);
        a.forEach((v, i) => {
          t.true(Math.abs(v - (b[i] as number)) < 1e-5);
        });
      },
    ),
    { numRuns: 50 },
  );
});
