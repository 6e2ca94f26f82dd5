import test from "ava";
import {
  aggregate,
  featureSaliency,
  GLOBAL_DESCRIPTORS,
  globalVector,
  type Matrix,
  mac,
  Whitening,
  weightedMac,
  whitenGlobalVectors,
} from "../../lib/index.js";
import { randomMap, randomMatrix } from "../support/random.js";

const error = { instanceOf: Error, code: "ERR_INVALID_ARGUMENT" };
const map = randomMap(8, 6, 5);
const regions = [
  { x0: 0, y0: 1, x1: 4, y1: 6, saliency: 0.25 },
  { x0: 2, y0: 2, x1: 6, y1: 8, saliency: 0.75 },
];

test("every kind is one vector a map, from what it says it needs", (t) => {
  const saliency = featureSaliency(map);
  for (const kind of GLOBAL_DESCRIPTORS) {
    const vector = globalVector(kind, map, { regions, saliency });
    t.is(vector.length, 5);
    t.true(vector.every((v) => Number.isFinite(v) && v >= 0) && vector.some((v) => v > 0), kind);
  }
  t.deepEqual(globalVector("MAC", map), mac(map));
  for (const kind of ["FS.wMAC", "OS.wMAC"] as const) {
    t.deepEqual(globalVector(kind, map, { saliency }, { gamma: 0 }), mac(map));
    t.deepEqual(globalVector(kind, map, { saliency }, { gamma: 2 }), weightedMac(map, saliency, 2));
  }
  t.deepEqual(globalVector("FS.EGM", map, { regions }), aggregate(map, regions));
  t.deepEqual(globalVector("OS.EGM", map, { regions }), aggregate(map, regions));
  t.notDeepEqual(globalVector("OS.EGM-Delta", map, { regions }), aggregate(map, regions));
  t.deepEqual(globalVector("OS.EGM", map, { regions: [] }), aggregate(map, []));
  for (const kind of ["FS.wEGM", "OS.wEGM"] as const) {
    const [first, second] = regions.map((region) => aggregate(map, [region])) as [Float32Array, Float32Array];
    globalVector(kind, map, { regions }).forEach((value, j) => {
      t.true(Math.abs(value - (0.25 * (first[j] as number) + 0.75 * (second[j] as number))) < 1e-6);
    });
    t.deepEqual(globalVector(kind, map, { regions: [] }), aggregate(map, []));
    t.deepEqual(globalVector(kind, map, { regions: regions.map((r) => ({ ...r, saliency: 0 })) }), aggregate(map, []));
  }
  t.notDeepEqual(globalVector("R-MAC", map, {}, { wholeMap: true }), globalVector("R-MAC", map));
});

test("says what is missing or unknown", (t) => {
  t.throws(() => globalVector("OS.EGM", map), { ...error, message: /parts.regions must be given for OS.EGM/ });
  t.throws(() => globalVector("FS.wMAC", map), { ...error, message: /parts.saliency must be given for FS.wMAC/ });
  const bare = [regions[0], { x0: 0, y0: 0, x1: 1, y1: 1 }] as typeof regions;
  t.throws(() => globalVector("OS.wEGM", map, { regions: bare }), {
    ...error,
    message: /parts.regions\[1\].saliency must be given for OS.wEGM/,
  });
  t.throws(() => globalVector("VLAD" as never, map), { ...error, message: /"MAC" or / });
  t.throws(() => globalVector("MAC", map, {}, { gama: 1 } as never), { ...error, message: /did you mean "gamma"/ });
  t.throws(() => globalVector("MAC", map, { region: [] } as never), { ...error, message: /did you mean "regions"/ });
});

function meanOf({ data, rows, columns }: Matrix): number[] {
  const mean = new Array<number>(columns).fill(0);
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * columns, (i + 1) * columns);
    row.forEach((v, j) => {
      mean[j] = (mean[j] as number) + v / Math.hypot(...row) / rows;
    });
  }
  return mean;
}

test("vectors are whitened around their own mean, or the whitening's", async (t) => {
  const whitening = await Whitening.fit(randomMatrix(90, 12), { dimensions: 5 });
  const vectors = randomMatrix(40, 12, 7);
  const own = await whitenGlobalVectors(vectors, whitening);
  meanOf(vectors).forEach((v, j) => {
    t.true(Math.abs(v - (own.whitening.mean[j] as number)) < 1e-6);
  });
  t.is(own.whitening.projection, whitening.projection);
  t.deepEqual(own.descriptors, own.whitening.apply(vectors));

  const shared = await whitenGlobalVectors(vectors, whitening, { mean: "whitening" });
  t.is(shared.whitening, whitening);
  t.deepEqual(shared.descriptors, whitening.apply(vectors));
});

test("one image, copies of one, or none keep the whitening's mean", async (t) => {
  const whitening = await Whitening.fit(randomMatrix(90, 12), { dimensions: 5 });
  const one = randomMatrix(1, 12, 7);
  const copies = { data: Float32Array.from([...one.data, ...one.data]), rows: 2, columns: 12 };
  for (const vectors of [one, copies, { data: new Float32Array(0), rows: 0, columns: 12 }]) {
    const { descriptors, whitening: used } = await whitenGlobalVectors(vectors, whitening);
    t.is(used, whitening);
    t.deepEqual(descriptors, whitening.apply(vectors));
  }
});

test("refuses vectors that are not the whitening's or not finite", async (t) => {
  const whitening = await Whitening.fit(randomMatrix(90, 12), { dimensions: 5 });
  await t.throwsAsync(whitenGlobalVectors(randomMatrix(4, 11), whitening), { ...error, message: /must be 12/ });
  const bad = randomMatrix(4, 12);
  bad.data[5] = Number.POSITIVE_INFINITY;
  await t.throwsAsync(whitenGlobalVectors(bad, whitening), { ...error, message: /NaN or infinity/ });
  await t.throwsAsync(whitenGlobalVectors(bad, whitening, { mean: "mine" as never }), {
    ...error,
    message: /"own" or/,
  });
});
