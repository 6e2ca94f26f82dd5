import test from "ava";
import { crossMatch, generalisedMaxPooling, poolToImages, reduceRegions, type RegionSet } from "../../lib/index.js";
import { Random } from "../../lib/evaluation/scenes/random.js";

const invalid = { instanceOf: Error, code: "ERR_INVALID_ARGUMENT" };

/** Unit vectors around a few centres an image; image 1 has none. */
function regionSet(images: number, perImage: number, columns: number): RegionSet {
  const random = new Random("regions");
  const owner = Array.from({ length: images }, (_, i) => (i === 1 ? [] : new Array<number>(perImage).fill(i))).flat();
  const data = new Float32Array(owner.length * columns);
  for (let i = 0; i < owner.length; i++) {
    const row = data.subarray(i * columns, (i + 1) * columns);
    row.forEach((_, j) => (row[j] = random.normal()));
    const norm = Math.hypot(...row);
    row.forEach((value, j) => (row[j] = value / norm));
  }
  return { vectors: { data, rows: owner.length, columns }, owner: Int32Array.from(owner), images };
}

test("reducing to as many regions as there are changes nothing; to fewer, leaves unit vectors of the right owners", async (t) => {
  const regions = regionSet(5, 6, 16);
  t.deepEqual(await reduceRegions(regions, { count: 6 }), regions);
  const fewer = await reduceRegions(regions, { count: 4 });
  t.deepEqual(
    [...fewer.owner],
    [0, 2, 3, 4].flatMap((image) => [image, image, image, image]),
  );
  for (let i = 0; i < fewer.vectors.rows; i++) {
    const norm = Math.hypot(...fewer.vectors.data.subarray(16 * i, 16 * i + 16));
    t.true(Math.abs(norm - 1) < 1e-6);
  }
  const { scores } = await crossMatch({ data: regions.vectors.data.slice(0, 16), rows: 1, columns: 16 }, fewer);
  t.is(scores.indexOf(Math.max(...scores)), 0, "an image's own region still finds it first");
});

test("an image's weights fall where its regions are alike", async (t) => {
  const data = Float32Array.of(1, 0, 1, 0, 0, 1);
  const regions = { vectors: { data, rows: 3, columns: 2 }, owner: Int32Array.of(0, 0, 0), images: 2 };
  const weights = await generalisedMaxPooling(regions);
  t.deepEqual(
    [...weights].map((w) => w.toFixed(6)),
    ["0.333333", "0.333333", "0.500000"],
  );
  t.deepEqual([...poolToImages(Float32Array.of(3, 3, 4), weights, regions)], [4, 0]);
});

test("refuses sets whose parts do not agree", async (t) => {
  const regions = regionSet(3, 2, 4);
  const query = { data: new Float32Array(4), rows: 1, columns: 4 };
  const bad = (change: object) => ({ ...regions, ...change });
  await t.throwsAsync(crossMatch(query, bad({ owner: Int32Array.of(0, 2, 0, 2) })), {
    ...invalid,
    message: /owner\[2\] must be an image from 2 to 2/,
  });
  await t.throwsAsync(crossMatch(query, bad({ images: 2 })), { ...invalid, message: /owner\[2\]/ });
  await t.throwsAsync(crossMatch(query, bad({ owner: new Int32Array(3) })), { ...invalid, message: /Int32Array of 4/ });
  await t.throwsAsync(crossMatch({ ...query, rows: 0, data: new Float32Array(0) }, regions), invalid);
  await t.throwsAsync(crossMatch({ data: new Float32Array(3), rows: 1, columns: 3 }, regions), invalid);
  await t.throwsAsync(reduceRegions(regions, { count: 0 }), invalid);
  await t.throwsAsync(generalisedMaxPooling(regions, { lambda: 0 }), invalid);
  await t.throwsAsync(crossMatch(query, regions, { signal: AbortSignal.abort() }), { code: "ERR_ABORTED" });
});
