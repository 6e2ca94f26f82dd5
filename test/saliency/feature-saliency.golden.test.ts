import test from "ava";
import { channelWeights, featureSaliency } from "../../lib/index.js";
import { assertClose, goldenCases } from "../support/golden.js";

for (const golden of goldenCases("map-")) {
  test(`${golden.name}: channel weights and feature saliency`, (t) => {
    const [height, width, channels] = golden.shape("A") as [number, number, number];
    const map = { data: golden.f32("A"), height, width, channels };
    assertClose(t, golden, "channel_weights", channelWeights(map), 1e-5);
    assertClose(t, golden, "feature_saliency", featureSaliency(map).data, 1e-5);
  });
}
