/** Object saliency with an index: a few windows of a map are looked up, and the others find their neighbours by those. */
import test from "ava";
import {
  type ActivationMap,
  detectRegionsBatch,
  featureSaliency,
  featureSaliencyBatch,
  indexRegions,
  nearestRegions,
  objectSaliency,
  objectSaliencyBatch,
  poolRegionsBatch,
  type RegionModel,
  Whitening,
} from "../../lib/index.js";
import { random } from "../support/random.js";

const [CHANNELS, IMAGES] = [48, 400];

/** Some smooth blobs, each in a few channels, as what a network sees in a photo. */
function blobs(seed: number, height: number, width: number): ActivationMap {
  const next = random(seed * 7919 + 13);
  const data = new Float32Array(height * width * CHANNELS);
  for (let blob = 0; blob < 6; blob++) {
    const [x0, y0, size] = [next() * width, next() * height, 1 + 3 * next()];
    const first = Math.floor(next() * CHANNELS);
    const strengths = Array.from({ length: 12 }, () => next());
    for (let p = 0; p < height * width; p++) {
      const [x, y] = [p % width, Math.floor(p / width)];
      const strength = Math.exp(-((x - x0) ** 2 + (y - y0) ** 2) / (2 * size ** 2)) - 0.05;
      strengths.forEach((value, j) => {
        const at = p * CHANNELS + ((first + j * 5) % CHANNELS);
        data[at] = Math.max(data[at] as number, value * strength);
      });
    }
  }
  return { data, height, width, channels: CHANNELS };
}

/** The regions of many such maps. */
async function regionModel(): Promise<RegionModel & { owner: Int32Array }> {
  const maps = Array.from({ length: IMAGES }, (_, i) => blobs(i, 14, 16));
  const found = await detectRegionsBatch(await featureSaliencyBatch(maps), { rho: 1, tau: 0.2, sigma: 1 });
  const pooled = await poolRegionsBatch(maps, found);
  const whitening = await Whitening.fit(pooled, { dimensions: 32 });
  const owner = Int32Array.from(found.flatMap((regions, i) => regions.map(() => i)));
  const next = random(5);
  return {
    vectors: whitening.apply(pooled),
    saliency: Float32Array.from(found.flat(), ({ saliency }) => saliency),
    centrality: Float32Array.from(owner, () => 0.1 + next()),
    whitening,
    owner,
  };
}

const exactModel = regionModel();
const indexedBy = async (method: "clustered" | "hnsw", k: number) =>
  indexRegions(await exactModel, { positions: 0, method, k });

function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = (x: Float32Array, mx: number, y: Float32Array, my: number) =>
    x.reduce((sum, value, i) => sum + (value - mx) * ((y[i] as number) - my), 0);
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
}

for (const method of ["clustered", "hnsw"] as const) {
  test(`${method}: maps correlate with exact ones, and nearly all neighbours are found`, async (t) => {
    const exact = await exactModel;
    for (const k of [10, 50]) {
      const indexed = await indexedBy(method, k);
      // One of the collection, its own regions left out, and others of several sizes.
      const looks = [
        { map: blobs(3, 14, 16), excludeOwner: 3 },
        { map: blobs(1001, 24, 32) },
        { map: blobs(1002, 31, 9) },
      ];
      let [hits, all] = [0, 0];
      for (const { map, excludeOwner } of looks) {
        const options = { k, side: 5, excludeOwner };
        const S = await objectSaliency(map, exact, options);
        t.true(correlation(S.data, (await objectSaliency(map, indexed, options)).data) > 0.999);

        const feature = featureSaliency(map);
        const largest = Math.max(...feature.data) ** 2;
        const cells = [...feature.data.keys()]
          .filter((p) => (feature.data[p] as number) ** 2 > 0.01 * largest)
          .map((p) => ({ x: p % map.width, y: Math.floor(p / map.width) }));
        const truth = await nearestRegions(map, cells, exact, options);
        const found = await nearestRegions(map, cells, indexed, options);
        for (let row = 0; row < cells.length; row++) {
          const ours = new Set(found.ids.subarray(row * k, (row + 1) * k));
          hits += truth.ids.subarray(row * k, (row + 1) * k).filter((id) => ours.has(id)).length;
        }
        all += cells.length * k;
      }
      t.true(hits / all > 0.95, `k ${k}: ${hits / all}`);
    }
  });
}

test("nearestRegions says what object saliency sums over", async (t) => {
  const indexed = await indexedBy("clustered", 10);
  const { saliency, centrality } = indexed;
  const map = blobs(2001, 18, 20);
  for (const excludeOwner of [undefined, 7]) {
    const feature = featureSaliency(map).data;
    const S = (await objectSaliency(map, indexed, { excludeOwner })).data;
    // In any order, and any of them several times.
    const cells = [
      { x: 19, y: 17 },
      { x: 4, y: 9 },
      { x: 0, y: 0 },
      { x: 4, y: 9 },
    ];
    const { ids, similarities, k, rows } = await nearestRegions(map, cells, indexed, { excludeOwner });
    t.deepEqual({ k, rows }, { k: 10, rows: 4 });
    cells.forEach(({ x, y }, row) => {
      let sum = 0;
      for (let i = row * k; i < (row + 1) * k; i++) {
        const id = ids[i] as number;
        t.true(excludeOwner === undefined || indexed.owner?.[id] !== excludeOwner);
        sum += Math.max(similarities[i] as number, 0) ** 3 * (saliency[id] as number) ** 3 * (centrality[id] as number);
      }
      const own = (feature[y * 20 + x] as number) ** 2;
      t.true(Math.abs(own * sum - (S[y * 20 + x] as number)) <= 1e-4 * own * sum);
    });
  }
  const error = { instanceOf: Error, code: "ERR_INVALID_ARGUMENT" };
  await t.throwsAsync(nearestRegions(map, [{ x: 20, y: 0 }], indexed), { ...error, message: /cells\[0\].x/ });
});

test("an image's map is the same alone, in a batch, and on any number of threads", async (t) => {
  const indexed = await indexedBy("clustered", 10);
  const maps = Array.from({ length: 5 }, (_, i) => blobs(i, 14 + i, 16));
  const excludeOwner = Int32Array.of(0, -1, 2, -1, 4);
  const batch = await objectSaliencyBatch(maps, indexed, { excludeOwner, threads: 1 });
  t.deepEqual(await objectSaliencyBatch(maps, indexed, { excludeOwner, threads: 2 }), batch);
  t.deepEqual(await objectSaliencyBatch(maps, indexed, { excludeOwner, threads: 5 }), batch);
  for (const i of [0, 2])
    t.deepEqual(await objectSaliency(maps[i] as ActivationMap, indexed, { excludeOwner: i }), batch[i]);
});

test("nothing is found where there is nothing, and no more than there is", async (t) => {
  const model = await exactModel;
  const indexed = await indexedBy("clustered", 10);
  const empty = { ...blobs(1, 9, 9), data: new Float32Array(81 * CHANNELS) };
  t.true((await objectSaliency(empty, indexed)).data.every((value) => value === 0));
  const { ids } = await nearestRegions(empty, [{ x: 2, y: 2 }], indexed, { k: 3 });
  t.deepEqual([...ids], [-1, -1, -1]);

  const some = (rows: number): RegionModel => ({
    ...model,
    vectors: { data: model.vectors.data.slice(0, rows * 32), rows, columns: 32 },
    saliency: model.saliency.slice(0, rows),
    centrality: model.centrality.slice(0, rows),
    owner: new Int32Array(rows),
  });
  const map = blobs(1003, 12, 12);
  for (const rows of [1, 7]) {
    const few = some(rows);
    const found = await objectSaliency(map, await indexRegions(few, { positions: 0, method: "clustered" }), { k: 50 });
    const exact = await objectSaliency(map, few, { k: 50 });
    exact.data.forEach((value, p) => {
      t.true(Math.abs(value - (found.data[p] as number)) <= 1e-5 * value);
    });
    const left = await objectSaliency(map, await indexRegions(few, { positions: 0, method: "clustered" }), {
      excludeOwner: 0,
    });
    t.true(left.data.every((value) => value === 0));
  }
});
