import test from "ava";
import fc from "fast-check";
import {
  type ActivationMap,
  aggregate,
  crow,
  featureSaliency,
  featureSaliencyBatch,
  gem,
  mac,
  poolRegions,
  poolRegionsBatch,
  type Rectangle,
  regionSaliency,
  slidingMaximum,
  spoc,
  weightedMac,
} from "../../lib/index.js";
import { call } from "../../lib/native.js";

const error = { instanceOf: Error, code: "ERR_INVALID_ARGUMENT" };

function sparse(height: number, width: number, channels: number, seed = 1): ActivationMap {
  const data = Float32Array.from({ length: height * width * channels }, (_, i) =>
    Math.max(0, Math.sin((i + 1) * (seed + 12.9898))),
  );
  return { data, height, width, channels };
}

const whole = ({ height, width }: ActivationMap): Rectangle => ({ x0: 0, y0: 0, x1: width, y1: height });
const everyPooling: ((map: ActivationMap) => unknown)[] = [
  (map) => poolRegions(map, [whole(map)]),
  (map) => aggregate(map, [whole(map)]),
  mac,
  spoc,
  gem,
  crow,
  (map) => weightedMac(map, { ...map, data: new Float32Array(map.height * map.width).fill(1) }, 1),
  (map) => slidingMaximum(map, 3),
];

test("every pooling refuses NaN, infinity, negative values and wrong sizes", (t) => {
  const map = sparse(3, 4, 5);
  for (const pool of everyPooling) {
    t.notThrows(() => pool(map));
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1]) {
      const data = map.data.slice();
      data[59] = value;
      t.throws(() => pool({ ...map, data }), { ...error, message: /NaN, infinity or negative/ });
    }
    t.throws(() => pool({ ...map, data: map.data.subarray(1) }), { ...error, message: /Float32Array of 60 values/ });
  }
});

test("every pooling reads a subarray at its offset", (t) => {
  const map = sparse(3, 4, 5);
  const longer = new Float32Array(80).fill(7);
  longer.set(map.data, 13);
  for (const pool of everyPooling) t.deepEqual(pool({ ...map, data: longer.subarray(13, 73) }), pool(map));
});

test("refuses rectangles that are empty, leave the map or are no rectangles", (t) => {
  const map = sparse(3, 4, 5);
  const saliency = featureSaliency(map);
  for (const bad of [
    { x0: 0, y0: 0, x1: 5, y1: 1 },
    { x0: 0, y0: 0, x1: 1, y1: 4 },
    { x0: 2, y0: 0, x1: 2, y1: 1 },
    { x0: -1, y0: 0, x1: 2, y1: 1 },
    { x0: 0.5, y0: 0, x1: 2, y1: 1 },
    { x: 0, y: 0, width: 2, height: 1 },
  ] as Rectangle[]) {
    const list = [whole(map), bad];
    t.throws(() => poolRegions(map, list), { ...error, message: /^rectangles\[0\]\[1\]/ });
    t.throws(() => aggregate(map, list), { ...error, message: /^rectangles\[1\]/ });
    t.throws(() => regionSaliency(saliency, list), { ...error, message: /^rectangles\[1\]/ });
  }
  t.throws(() => poolRegions(map, "all" as never), error);
});

test("refuses powers, exponents, sides and saliency maps that cannot be", (t) => {
  const map = sparse(3, 4, 5);
  const saliency = featureSaliency(map);
  t.throws(() => gem(map, 0), error);
  t.throws(() => slidingMaximum(map, 0), error);
  t.throws(() => weightedMac(map, saliency, -1), error);
  const regions = [whole(map), whole(map)];
  t.throws(() => aggregate(map, regions, Float32Array.of(1)), { ...error, message: /weights must be .* 2 values/ });
  t.throws(() => aggregate(map, regions, Float32Array.of(1, -1)), { ...error, message: /weights holds NaN, infinity/ });
  t.throws(() => weightedMac(map, { ...saliency, height: 4, width: 3 }, 1), { ...error, message: /3 x 4 cells/ });
});

test("no regions are a matrix without rows, and the descriptor of the whole map", (t) => {
  const map = sparse(3, 4, 5);
  t.deepEqual(poolRegions(map, []), { data: new Float32Array(0), rows: 0, columns: 5 });
  const maximum = mac(map);
  const norm = Math.hypot(...maximum);
  aggregate(map, []).forEach((value, j) => t.true(Math.abs(value - (maximum[j] as number) / norm) < 1e-6));
});

test("the maximum over a region is that over its parts", (t) => {
  const map = sparse(9, 11, 6);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 8 }), (x, y) => {
      const { data } = poolRegions(map, [
        { x0: 0, y0: 0, x1: x, y1: y },
        { x0: x, y0: 0, x1: 11, y1: y },
        { x0: 0, y0: y, x1: 11, y1: 9 },
      ]);
      const all = mac(map);
      for (let j = 0; j < 6; j++) t.is(Math.max(...[0, 1, 2].map((r) => data[6 * r + j] as number)), all[j] as number);
    }),
  );
});

test("a sliding maximum as large as the map is its maximum everywhere", (t) => {
  const map = sparse(4, 6, 3);
  t.deepEqual(slidingMaximum(map, 1).data, map.data);
  const everywhere = slidingMaximum(map, 13);
  for (let p = 0; p < 24; p++) t.deepEqual(everywhere.data.slice(3 * p, 3 * p + 3), mac(map));
});

test("batches give what single calls give, on one thread and on several", async (t) => {
  const maps = Array.from({ length: 9 }, (_, i) => sparse(2 + (i % 3), 3 + (i % 4), 5, i));
  const rectangles = maps.map((map, i) => Array.from({ length: i % 3 }, () => whole(map)));
  const expected = maps.flatMap((map, i) => [...poolRegions(map, rectangles[i] ?? []).data]);
  for (const threads of [1, 4]) {
    const pooled = await poolRegionsBatch(maps, rectangles, { threads });
    t.deepEqual(pooled, { data: Float32Array.from(expected), rows: 9, columns: 5 });
    t.deepEqual(
      await featureSaliencyBatch(maps, {}, { threads }),
      maps.map((map) => featureSaliency(map)),
    );
  }
  t.deepEqual(await featureSaliencyBatch([]), []);
});

test("batches stop when asked, and refuse lists that do not fit", async (t) => {
  const map = sparse(3, 4, 5);
  const signal = AbortSignal.abort();
  await t.throwsAsync(poolRegionsBatch([map], [[]], { signal }), { code: "ERR_ABORTED" });
  await t.throwsAsync(featureSaliencyBatch([map], {}, { signal }), { code: "ERR_ABORTED" });
  await t.throwsAsync(poolRegionsBatch([], []), { ...error, message: /at least one map/ });
  await t.throwsAsync(poolRegionsBatch([map], []), { ...error, message: /1 lists, one a map/ });
  await t.throwsAsync(poolRegionsBatch([map, sparse(3, 4, 6)], [[], []]), { ...error, message: /maps\[1\]\.channels/ });
  const bad = { ...map, data: map.data.map(() => Number.NaN) };
  await t.throwsAsync(featureSaliencyBatch([map, bad], {}, { threads: 2 }), { ...error, message: /NaN/ });
});

test("the addon refuses outputs that share memory with inputs, and rectangles out of bounds", (t) => {
  const { data, height, width, channels } = sparse(3, 4, 5);
  const out = data.subarray(55);
  const shares = { ...error, message: /shares memory/ };
  const shape = [height, width, channels] as const;
  t.throws(() => call((native) => native.spoc(data, ...shape, out)), shares);
  t.throws(() => call((native) => native.gem(data, ...shape, 3, out)), shares);
  t.throws(() => call((native) => native.slidingMaximum(data, ...shape, 3, data)), shares);
  t.throws(
    () =>
      call((native) =>
        native.poolRegions([data], Int32Array.of(...shape), Int32Array.of(0, 0, 4, 3), Int32Array.of(1), out, 1),
      ),
    shares,
  );
  const box = Int32Array.of(0, 0, 5, 3);
  const outside = { ...error, message: /leaves the map/ };
  t.throws(
    () => call((native) => native.aggregate(data, ...shape, box, new Float32Array(0), new Float32Array(5))),
    outside,
  );
  t.throws(
    () =>
      call((native) =>
        native.poolRegions([data], Int32Array.of(...shape), box, Int32Array.of(1), new Float32Array(5), 1),
      ),
    outside,
  );
  t.throws(
    () =>
      call((native) =>
        native.poolRegions([data], Int32Array.of(...shape), box, Int32Array.of(2), new Float32Array(5), 1),
      ),
    { ...error, message: /does not add up/ },
  );
});
