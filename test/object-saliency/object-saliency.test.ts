import test from "ava";
import fc from "fast-check";
import {
  type ActivationMap,
  featureSaliency,
  indexRegions,
  NeighbourIndex,
  nearestRegions,
  objectSaliency,
  objectSaliencyBatch,
  patchDescriptors,
  type RegionModel,
  Whitening,
} from "../../lib/index.js";
import { random, randomMap, randomMatrix } from "../support/random.js";

const error = { instanceOf: Error, code: "ERR_INVALID_ARGUMENT" };
const CHANNELS = 10;

/** A model of `n` regions of four images. */
async function regionModel(n: number, seed = 1): Promise<RegionModel & { owner: Int32Array }> {
  const pooled = randomMatrix(n, CHANNELS, seed);
  const whitening = await Whitening.fit(pooled, { dimensions: 6 });
  const next = random(seed + 1);
  return {
    vectors: whitening.apply(pooled),
    saliency: Float32Array.from({ length: n }, next),
    centrality: Float32Array.from({ length: n }, next),
    whitening,
    owner: Int32Array.from({ length: n }, (_, i) => i % 4),
  };
}

const OPTIONS = { side: 3, k: 7, beta: 2, Theta: 1.5, theta: 0.5 };

/** Eq. 14 as it is written, position by position, in float64. */
function expected(map: ActivationMap, model: RegionModel, o: typeof OPTIONS, excluded?: number): number[] {
  const { height, width, channels } = map;
  const { mean, projection } = model.whitening;
  const own = featureSaliency(map).data;
  const before = Math.floor(o.side / 2);
  const l2 = (v: number[]) => v.map((x) => x / (Math.hypot(...v) || 1));
  const S: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const patch = new Array<number>(channels).fill(0);
      for (let py = Math.max(0, y - before); py < Math.min(height, y - before + o.side); py++) {
        for (let px = Math.max(0, x - before); px < Math.min(width, x - before + o.side); px++) {
          for (let j = 0; j < channels; j++) {
            patch[j] = Math.max(patch[j] as number, map.data[(py * width + px) * channels + j] as number);
          }
        }
      }
      const centred = l2(patch).map((v, j) => v - (mean[j] as number));
      const row = (m: { data: Float32Array; columns: number }, i: number) =>
        Array.from(m.data.subarray(i * m.columns, (i + 1) * m.columns));
      const dot = (a: number[], b: number[]) => a.reduce((sum, v, j) => sum + v * (b[j] as number), 0);
      const u = l2(Array.from({ length: projection.rows }, (_, i) => dot(row(projection, i), centred)));
      const nearest = Array.from({ length: model.vectors.rows }, (_, id) => ({ id, s: dot(row(model.vectors, id), u) }))
        .filter(({ id }) => excluded === undefined || model.owner?.[id] !== excluded)
        .sort((a, b) => b.s - a.s)
        .slice(0, o.k);
      const sum = nearest.reduce(
        (total, { id, s }) =>
          total +
          Math.max(s, 0) ** o.beta * (model.saliency[id] as number) ** o.theta * (model.centrality[id] as number),
        0,
      );
      S.push(patch.every((v) => v === 0) ? 0 : (own[y * width + x] as number) ** o.Theta * sum);
    }
  }
  return S;
}

test("is eq. 14, for maps and models of any size", async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        height: fc.integer({ min: 1, max: 8 }),
        width: fc.integer({ min: 1, max: 8 }),
        regions: fc.integer({ min: 1, max: 40 }),
        side: fc.integer({ min: 1, max: 9 }),
        k: fc.integer({ min: 1, max: 50 }),
        seed: fc.nat(10000),
      }),
      async ({ height, width, regions, side, k, seed }) => {
        const map = randomMap(height, width, CHANNELS, seed);
        const model = await regionModel(regions, seed);
        const options = { ...OPTIONS, side, k };
        const { data } = await objectSaliency(map, model, options);
        const wanted = expected(map, model, options);
        const largest = Math.max(...wanted, 1e-9);
        wanted.forEach((v, p) => {
          t.true(Math.abs(v - (data[p] as number)) <= 1e-4 * largest, `${v} but ${data[p]} at ${p}`);
        });
      },
    ),
    { numRuns: 40 },
  );
});

test("gives the same alone, in a batch, with the saliency at hand and on any number of threads", async (t) => {
  const model = await regionModel(30);
  const maps = [randomMap(6, 7, CHANNELS, 1), randomMap(9, 3, CHANNELS, 2), randomMap(1, 1, CHANNELS, 3)];
  const progress: number[] = [];
  const batch = await objectSaliencyBatch(maps, model, OPTIONS, { onProgress: (f) => progress.push(f) });
  t.is(progress.at(-1), 1);
  for (const [i, map] of maps.entries()) {
    for (const threads of [1, 3]) {
      const given = { ...OPTIONS, threads, featureSaliency: featureSaliency(map) };
      t.deepEqual(await objectSaliency(map, model, given), batch[i]);
    }
  }
  t.deepEqual(await objectSaliencyBatch([], model), []);
});

test("leaves an image's own regions out when told its number", async (t) => {
  const model = await regionModel(30);
  const maps = [randomMap(5, 4, CHANNELS, 8), randomMap(5, 4, CHANNELS, 9)];
  const batch = await objectSaliencyBatch(maps, model, { ...OPTIONS, excludeOwner: Int32Array.of(2, -1) });
  for (const [i, excluded] of [2, undefined].entries()) {
    expected(maps[i] as ActivationMap, model, OPTIONS, excluded).forEach((v, p) => {
      t.true(Math.abs(v - (batch[i]?.data[p] as number)) < 1e-5);
    });
  }
  t.deepEqual(await objectSaliency(maps[0] as ActivationMap, model, { ...OPTIONS, excludeOwner: 2 }), batch[0]);
});

test("describes patches at chosen cells", async (t) => {
  const { whitening } = await regionModel(30);
  const map = randomMap(5, 6, CHANNELS);
  const all = patchDescriptors(map, whitening, undefined, 3);
  t.is(all.rows, 30);
  const some = patchDescriptors(
    map,
    whitening,
    [
      { x: 5, y: 4 },
      { x: 1, y: 2 },
    ],
    3,
  );
  for (const [i, p] of [29, 13].entries()) {
    some.data.subarray(6 * i, 6 * i + 6).forEach((v, j) => {
      t.true(Math.abs(v - (all.data[6 * p + j] as number)) < 1e-6);
    });
  }
  t.throws(() => patchDescriptors(map, whitening, [{ x: 6, y: 0 }]), { ...error, message: /cells\[0\].x .* below 6/ });
});

test("finds the regions that a patch resembles, and those of other images", async (t) => {
  const model = await regionModel(30);
  const map = randomMap(5, 6, CHANNELS);
  const cells = [
    { x: 5, y: 4 },
    { x: 1, y: 2 },
  ];
  const u = patchDescriptors(map, model.whitening, cells, 3);
  for (const excludeOwner of [undefined, 2]) {
    const found = await nearestRegions(map, cells, model, { side: 3, k: 25, excludeOwner });
    const others = [...model.owner.keys()].filter(
      (id) => excludeOwner === undefined || model.owner[id] !== excludeOwner,
    );
    t.is(found.k, Math.min(25, others.length));
    for (const row of cells.keys()) {
      const dot = (id: number) =>
        u.data
          .subarray(6 * row, 6 * row + 6)
          .reduce((sum, v, j) => sum + v * (model.vectors.data[6 * id + j] as number), 0);
      const nearest = others.sort((a, b) => dot(b) - dot(a)).slice(0, found.k);
      t.deepEqual([...found.ids.subarray(row * found.k, (row + 1) * found.k)], nearest);
      nearest.forEach((id, i) => {
        t.true(Math.abs(dot(id) - (found.similarities[row * found.k + i] as number)) < 1e-5);
      });
    }
  }
  const all = { ...model, owner: new Int32Array(30) };
  t.is((await nearestRegions(map, cells, all, { excludeOwner: 0 })).k, 0);
  await t.throwsAsync(nearestRegions(map, [{ x: 6, y: 0 }], model), { ...error, message: /cells\[0\].x/ });
});

test("refuses what it cannot use, and says what it is", async (t) => {
  const model = await regionModel(12);
  const map = randomMap(4, 5, CHANNELS);
  const refused = (message: RegExp, m: ActivationMap, with_: RegionModel, options?: object) =>
    t.throwsAsync(objectSaliency(m, with_, options), { ...error, message });

  const bad = { ...map, data: map.data.with(7, Number.NaN) };
  await refused(/NaN/, bad, model);
  await refused(/NaN/, bad, model, { featureSaliency: featureSaliency(map) });
  await refused(/channels must be 10, the channels that the whitening takes, got 9/, randomMap(4, 5, 9), model);
  const none = { data: new Float32Array(0), rows: 0, columns: 6 };
  await refused(/at least one region/, map, { ...model, vectors: none });
  await refused(/model.saliency must be a Float32Array of 12/, map, { ...model, saliency: new Float32Array(11) });
  await refused(/model.owner must be a Int32Array of 12/, map, { ...model, owner: new Int32Array(3) });
  await refused(/whitening's dimensions/, map, { ...model, vectors: randomMatrix(12, 5) });
  await refused(/a Whitening/, map, { ...model, whitening: {} as never });
  await refused(/centrality holds NaN/, map, { ...model, centrality: model.centrality.with(3, Number.NaN) });
  await refused(/NaN or infinity/, map, {
    ...model,
    vectors: { ...model.vectors, data: model.vectors.data.with(3, Number.NaN) },
  });
  await refused(/did you mean "theta"/i, map, model, { theeta: 1 });
  await refused(/k must be/, map, model, { k: 0 });
  await refused(/5 x 5 cells|4 x 5 cells/, map, model, { featureSaliency: featureSaliency(randomMap(5, 5, CHANNELS)) });
  await refused(/model.owner does not say/, map, { ...model, owner: undefined }, { excludeOwner: 1 });
  await refused(/an image's number/, map, model, { excludeOwner: 1.5 });
  await t.throwsAsync(objectSaliencyBatch([map], model, { excludeOwner: new Int32Array(2) }), {
    ...error,
    message: /one a map/,
  });
});

test("looks regions up in an index as well", async (t) => {
  const model = await regionModel(400);
  const map = randomMap(12, 9, CHANNELS, 4);
  t.is(await indexRegions(model, { positions: 100 }), model);
  const indexed = await indexRegions(model, { positions: 100, method: "clustered", k: 20 });
  t.true(indexed.index instanceof NeighbourIndex);
  const [exact, found] = [await objectSaliency(map, model, { k: 20 }), await objectSaliency(map, indexed, { k: 20 })];
  const largest = Math.max(...exact.data);
  // A neighbour may be missing here and there.
  const near = exact.data.filter((v, p) => Math.abs(v - (found.data[p] as number)) < 0.02 * largest).length;
  t.true(near >= 0.97 * exact.data.length, `${near} of ${exact.data.length} positions agree`);
  const same = await objectSaliency(map, indexed, { k: 20, excludeOwner: 1, threads: 1 });
  t.deepEqual(await objectSaliency(map, indexed, { k: 20, excludeOwner: 1, threads: 2 }), same);

  const other = { ...indexed, vectors: { ...model.vectors, data: model.vectors.data.slice() } };
  await t.throwsAsync(objectSaliency(map, other), { ...error, message: /NeighbourIndex over model.vectors/ });
  await t.throwsAsync(indexRegions(model, { method: "clustered" } as never), { ...error, message: /positions/ });
  const controller = new AbortController();
  const building = NeighbourIndex.build(randomMatrix(30000, 40), { threads: 1 }, { signal: controller.signal });
  setImmediate(() => controller.abort());
  await t.throwsAsync(building, { code: "ERR_ABORTED" });
});

test("stops when told", async (t) => {
  const model = await regionModel(2000);
  const maps = Array.from({ length: 60 }, (_, i) => randomMap(24, 32, CHANNELS, i));
  const controller = new AbortController();
  const running = objectSaliencyBatch(maps, model, { threads: 1 }, { signal: controller.signal });
  setImmediate(() => controller.abort());
  await t.throwsAsync(running, { code: "ERR_ABORTED" });
});
