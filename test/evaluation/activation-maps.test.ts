import test from "ava";
import { discoverMaps, featureSaliency, generateActivationMaps } from "../../lib/index.js";

test("a seed names a set of maps; objects are where the boxes say", (t) => {
  const options = { images: 6, objects: 2, height: 12, width: 14, channels: 64, backgroundStuff: 0, clutter: 0 };
  const maps = [...generateActivationMaps(options)];
  t.deepEqual(maps, [...generateActivationMaps(options)]);
  t.notDeepEqual(maps, [...generateActivationMaps({ ...options, seed: 2 })]);
  for (const [i, { map, objects }] of maps.entries()) {
    t.deepEqual([objects.length, objects[0]?.object], [1, i % 2]);
    const { data, width } = featureSaliency(map);
    const { x0, y0, x1, y1 } = objects[0]?.box ?? { x0: 0, y0: 0, x1: 0, y1: 0 };
    const [inside, outside] = [[] as number[], [] as number[]];
    data.forEach((value, p) => {
      const [x, y] = [p % width, Math.floor(p / width)];
      (x >= x0 && x < x1 && y >= y0 && y < y1 ? inside : outside).push(value);
    });
    const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
    t.true(mean(inside) > 1.5 * mean(outside));
  }
});

test("the sparsity asked for is that of the background", (t) => {
  const [only] = generateActivationMaps({ images: 1, objects: 0, clutter: 0, backgroundStuff: 0, sparsity: 0.8 });
  const zeros = only?.map.data.reduce((sum, v) => sum + (v === 0 ? 1 : 0), 0) ?? 0;
  t.true(Math.abs(zeros / (only?.map.data.length ?? 1) - 0.8) < 0.01);
});

test("with strong features each object is found, and where none recurs, nothing is", async (t) => {
  for (const seed of [1, 2, 3]) {
    const options = { seed, images: 60, channels: 128, height: 16, width: 20 };
    const found = await discoverMaps(generateActivationMaps({ ...options, objects: 4 }));
    t.is(found.objects.length, 4);
    t.is(new Set(found.objects.map(({ photos }) => (photos[0] as number) % 4)).size, 4);
    for (const { photos } of found.objects) {
      t.true(photos.length >= 6, `${photos.length} of 15 photos`);
      t.is(new Set(photos.map((photo) => photo % 4)).size, 1, "photos of one object");
    }
    const nothing = await discoverMaps(generateActivationMaps({ ...options, objects: 0, clutter: 3 }));
    t.deepEqual(nothing.objects, []);
  }
});

test("refuses options out of range", (t) => {
  const invalid = { code: "ERR_INVALID_ARGUMENT" };
  t.throws(() => [...generateActivationMaps({ sparsity: 2 })], invalid);
  t.throws(() => [...generateActivationMaps({ images: 0 })], invalid);
  t.throws(() => [...generateActivationMaps({ sparsty: 0.5 } as never)], {
    ...invalid,
    message: /did you mean "sparsity"/,
  });
});
