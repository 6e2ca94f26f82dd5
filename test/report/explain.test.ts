import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { type ActivationMap, discover } from "../../lib/index.js";
import { channelFacts } from "../../lib/report/explain/channels.js";
import { explain } from "../../lib/report/explain/explain.js";
import { moments } from "../../lib/report/explain/evolution.js";
import { explainLooks, patchAround, telling } from "../../lib/report/explain/patches.js";
import { temporaryFolder } from "../support/folders.js";

/** Sparse maps in which the same bump of channels recurs at another place in each. */
function maps(count: number): { id: string; map: ActivationMap }[] {
  const [height, width, channels] = [12, 16, 24];
  let state = 7;
  const next = () => (state = (state * 48271) % 2147483647) / 2147483647;
  return Array.from({ length: count }, (_, i) => {
    const data = new Float32Array(height * width * channels);
    for (let p = 0; p < height * width; p++) {
      for (let j = 0; j < channels; j++) if (next() < 0.15) data[p * channels + j] = 0.2 * next();
    }
    const [x0, y0] = [2 + ((5 * i) % 10), 2 + ((3 * i) % 6)];
    for (let y = y0; y < y0 + 4; y++) {
      for (let x = x0; x < x0 + 4; x++) {
        for (let j = 0; j < 5; j++) data[(y * width + x) * channels + j] = 1 + 0.2 * next();
      }
    }
    return { id: `map-${i}`, map: { data, height, width, channels } };
  });
}

async function discovered(t: ExecutionContext, excludeOwn = false) {
  const given = maps(14);
  const out = join(await temporaryFolder(t), "collection");
  const collection = await discover(given, { out, objectSaliency: { excludeOwn } });
  return { collection, given };
}

test("goes the way of an image again and comes to the collection's maps and regions", async (t) => {
  const { collection, given } = await discovered(t);
  const { map } = given[3] as (typeof given)[number];
  const explanation = await explain(collection, 3, map, [], {}, {});
  t.deepEqual(explanation.notes, []);
  const record = collection.images[3];
  for (const [kind, regions] of [
    ["feature", record?.featureRegions],
    ["object", record?.objectRegions],
  ] as const) {
    const { regions: traced, steps, history } = explanation.traces[kind];
    t.deepEqual(
      traced.map(({ x0, y0, x1, y1 }) => [x0, y0, x1, y1]),
      regions?.map(({ x0, y0, x1, y1 }) => [x0, y0, x1, y1]),
    );
    t.is(steps.length, history.length + 1);
  }
});

for (const excludeOwn of [false, true]) {
  test(`the sum at a patch is what eq. 14 multiplies F with${excludeOwn ? ", own regions excluded" : ""}`, async (t) => {
    const { collection, given } = await discovered(t, excludeOwn);
    const { map } = given[5] as (typeof given)[number];
    const wanted = [3, 40, 77, 130].map((p) => ({ at: { x: p % map.width, y: Math.floor(p / map.width) }, why: "" }));
    const { looks, maps, objectSaliency } = await explain(collection, 5, map, wanted, {}, {});
    t.is(looks.length, wanted.length);
    const peak = Math.max(...maps.object.data);
    for (const { at, sum, near } of looks) {
      const p = (at?.y ?? 0) * map.width + (at?.x ?? 0);
      const expected = (maps.feature.data[p] as number) ** objectSaliency.Theta * sum;
      t.true(Math.abs(expected - (maps.object.data[p] as number)) < 1e-4 * peak);
      t.is(
        near.some(({ own }) => own),
        !excludeOwn,
      );
    }
  });
}

test("says when the map is another than the collection's", async (t) => {
  const { collection, given } = await discovered(t);
  const { notes } = await explain(collection, 3, (given[4] as (typeof given)[number]).map, [], {}, {});
  t.is(notes.length, 2);
  t.regex(notes[0] ?? "", /^Feature saliency as computed now differs .* by up to \d+ %/);
});

test("a box is looked up whole, and regions like it come first", async (t) => {
  const { collection, given } = await discovered(t);
  const { map } = given[0] as (typeof given)[number];
  const rectangle = { x0: 2, y0: 2, x1: 6, y1: 6 };
  const model = await collection.regionModel();
  const options = { side: 5, k: 5, beta: 3, Theta: 2, theta: 3 };
  const [look] = await explainLooks(map, [{ rectangle, why: "" }], model, options, { image: 0, excludeOwn: true });
  t.is(look?.near.length, 5);
  const similarities = look?.near.map(({ similarity }) => similarity) ?? [];
  t.deepEqual(
    similarities,
    [...similarities].sort((a, b) => b - a),
  );
  t.true((similarities[0] ?? 0) > 0.5);
});

test("patches are squares around their cell, clipped; an even side begins before it", (t) => {
  const map = { width: 10, height: 8 };
  t.deepEqual(patchAround({ x: 5, y: 5 }, 5, map), { x0: 3, y0: 3, x1: 8, y1: 8 });
  t.deepEqual(patchAround({ x: 0, y: 7 }, 5, map), { x0: 0, y0: 5, x1: 3, y1: 8 });
  t.deepEqual(patchAround({ x: 5, y: 5 }, 4, map), { x0: 3, y0: 3, x1: 7, y1: 7 });
});

test("looks of itself at the peak of object saliency and at what it dropped most", (t) => {
  const feature = { data: Float32Array.of(0.2, 1, 0.9, 0), height: 2, width: 2 };
  const object = { data: Float32Array.of(0, 3, 0.1, 0), height: 2, width: 2 };
  t.deepEqual(
    telling(feature, object, 1).map(({ at }) => at),
    [
      { x: 1, y: 0 },
      { x: 0, y: 1 },
    ],
  );
  t.is(telling(feature, feature, 1).length, 2);
});

test("shares of channels add up to the map's, cell by cell", (t) => {
  const { map } = maps(1)[0] as { map: ActivationMap };
  const whole = { x0: 0, y0: 0, x1: map.width, y1: map.height };
  const all = channelFacts(map, whole, map.channels);
  t.true(Math.abs(all.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-6);
  t.true(all.every(({ share, active }) => share > 0 && active > 0 && active <= 1));
  const object = channelFacts(map, { x0: 2, y0: 2, x1: 6, y1: 6 }, 5);
  t.deepEqual(object.map(({ channel }) => channel).sort(), [0, 1, 2, 3, 4]);
  t.deepEqual(channelFacts({ ...map, data: new Float32Array(map.data.length) }, whole, 5), []);
});

test("the drawn moments begin at the start, end at the last iteration, and are all different", (t) => {
  t.deepEqual(moments(0), [0]);
  t.deepEqual(moments(2), [0, 1, 2]);
  for (const last of [5, 13, 50, 400]) {
    const drawn = moments(last);
    t.deepEqual([drawn[0], drawn.at(-1)], [0, last]);
    t.is(new Set(drawn).size, drawn.length);
    t.true(drawn.length <= 7);
  }
});
