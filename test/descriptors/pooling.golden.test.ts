import test from "ava";
import {
  aggregate,
  crow,
  featureSaliency,
  gem,
  mac,
  poolRegions,
  type Rectangle,
  regionSaliency,
  slidingMaximum,
  spoc,
  uniformRegions,
  uniformWithin,
  weightedMac,
} from "../../lib/index.js";
import { assertClose, type GoldenCase, goldenCases } from "../support/golden.js";

const TOLERANCE = 1e-5;

function rectanglesOf(golden: GoldenCase, array: string): Rectangle[] {
  const values = golden.i32(array);
  return Array.from({ length: values.length / 4 }, (_, i) => {
    const [x0, y0, x1, y1] = values.subarray(4 * i) as unknown as [number, number, number, number];
    return { x0, y0, x1, y1 };
  });
}

for (const golden of goldenCases("map-")) {
  const [height, width, channels] = golden.shape("A") as [number, number, number];
  const map = { data: golden.f32("A"), height, width, channels };
  const regions = rectanglesOf(golden, "regions");

  test(`${golden.name}: uniform regions`, (t) => {
    t.deepEqual(uniformRegions(height, width), rectanglesOf(golden, "rmac_regions"));
    t.deepEqual(
      regions.flatMap((region) => uniformWithin(region)),
      rectanglesOf(golden, "delta_regions"),
    );
    t.deepEqual(
      regions.map((region) => uniformWithin(region).length),
      golden.values.delta_counts,
    );
  });

  test(`${golden.name}: regions pooled`, (t) => {
    assertClose(t, golden, "region_max", poolRegions(map, regions).data, 0);
    assertClose(t, golden, "region_saliency", regionSaliency(featureSaliency(map), regions), TOLERANCE);
  });

  test(`${golden.name}: descriptors of the whole map`, (t) => {
    assertClose(t, golden, "mac", mac(map), 0);
    assertClose(t, golden, "spoc", spoc(map), TOLERANCE);
    assertClose(t, golden, "gem.3", gem(map), TOLERANCE);
    assertClose(t, golden, "crow", crow(map), TOLERANCE);
    assertClose(t, golden, "weighted_mac.half", weightedMac(map, featureSaliency(map), 0.5), TOLERANCE);
  });

  test(`${golden.name}: sums of regions`, (t) => {
    const delta = regions.flatMap((region) => [region, ...uniformWithin(region)]);
    assertClose(t, golden, "aggregate.mac", aggregate(map, []), TOLERANCE);
    assertClose(t, golden, "aggregate.rmac", aggregate(map, uniformRegions(height, width)), TOLERANCE);
    assertClose(t, golden, "aggregate.egm", aggregate(map, regions), TOLERANCE);
    assertClose(t, golden, "aggregate.egm-delta", aggregate(map, delta), TOLERANCE);
  });

  for (const side of [3, 4, 5]) {
    test(`${golden.name}: sliding maximum of side ${side}`, (t) => {
      assertClose(t, golden, `patch_max.${side}`, slidingMaximum(map, side).data, 0);
    });
  }
}
