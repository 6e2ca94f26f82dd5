import test from "ava";
import fc from "fast-check";
import { planViews, REGIONS_A_PHOTO, VIEWS_A_PHOTO } from "../../lib/discovery/plan-views.js";
import { Random } from "../../lib/evaluation/scenes/random.js";
import { renderView } from "../../lib/features/photo-view.js";

test("views show every region at about its place and size, and the same seed plans the same", (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 900 }), fc.nat(), (width, height, seed) => {
      const photo = { width, height };
      const found = [{ x: 0, y: 0, width: Math.ceil(width / 3), height }];
      const plan = planViews(photo, found, new Random(`${seed}`));
      t.deepEqual(planViews(photo, found, new Random(`${seed}`)), plan);
      t.is(plan.views.length, VIEWS_A_PHOTO);
      t.true(plan.regions.length <= REGIONS_A_PHOTO);
      for (const { placement, light, boxes } of plan.views) {
        t.is(boxes.length, plan.regions.length);
        t.true([...light.gains, light.gamma, light.saturation].every((value) => value > 0.5 && value < 2));
        boxes.forEach((box, i) => {
          const region = plan.regions[i] as (typeof boxes)[number];
          const zoom = region.width / box.width;
          t.true(zoom >= 1 / 1.2001 && zoom <= 1.2001);
          t.true(Math.abs(region.height / box.height - zoom) < 1e-9);
          const [u, v] = [box.x + box.width / 2, box.y + box.height / 2];
          const x = placement.xx * u + placement.xy * v + placement.x0;
          const y = placement.yx * u + placement.yy * v + placement.y0;
          t.true(Math.abs(x - region.x - region.width / 2) <= 0.1501 * region.width);
          t.true(Math.abs(y - region.y - region.height / 2) <= 0.1501 * region.height);
          t.true(box.x < width && box.x + box.width > 0 && box.y < height && box.y + box.height > 0);
        });
      }
    }),
    { numRuns: 200 },
  );
});

test("what a region holds lies in its box in the rendered view", async (t) => {
  const [width, height] = [120, 90];
  const region = { x: 70, y: 20, width: 30, height: 30 };
  const data = new Uint8Array(3 * width * height);
  for (let y = 25; y < 45; y++) data.fill(255, 3 * (y * width + 75), 3 * (y * width + 95));
  for (let seed = 0; seed < 20; seed++) {
    const { regions, views } = planViews({ width, height }, [region], new Random(`${seed}`));
    if (regions[0] !== region) continue;
    for (const { placement, light, boxes } of views) {
      const view = await renderView({ data, width, height }, placement, light, { width, height });
      let [sum, across, down] = [0, 0, 0];
      view.data.forEach((value, i) => {
        const pixel = Math.floor(i / 3);
        sum += value;
        across += value * ((pixel % width) + 0.5);
        down += value * (Math.floor(pixel / width) + 0.5);
      });
      const [box] = boxes as [(typeof boxes)[number]];
      const off = Math.hypot(across / sum - box.x - box.width / 2, down / sum - box.y - box.height / 2);
      t.true(off <= 0.15 * Math.SQRT2 * box.width + 1, `seed ${seed}: ${off} pixels off`);
    }
  }
});
