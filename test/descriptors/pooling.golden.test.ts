import test from "ava";
import {
  aggregate,
  crow,
  featureSaliency,
  gem,
  mac,
  poolRegions,
  regionSaliency,
  slidingMaximum,
  spoc,
  uniformRegions,
  uniformWithin,
  weightedMac,
} from "../../lib/index.js";
import { assertClose, assertExact, corners, goldenCases } from "../support/golden.js";

const TOLERANCE = 1e-5;

for (const golden of goldenCases("map-")) {
  const [height, width, channels] = golden.shape("A") as [number, number, number];
  const map = { data: golden.f32("A"), height, width, channels };
  const regions = golden.rectangles("regions");

  test(`${golden.name}: uniform regions`, (t) => {
    const within = regions.map((region) => uniformWithin(region));
    assertExact(t, golden, "rmac_regions", corners(uniformRegions(height, width)));
    assertExact(t, golden, "delta_regions", corners(within.flat()));
    const counts = within.map(({ length }) => length);
    assertExact(t, golden, "delta_counts", counts, golden.values.delta_counts as number[]);
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
