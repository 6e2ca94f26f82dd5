import test from "ava";
import { objectSaliency, patchDescriptors, Whitening } from "../../lib/index.js";
import { assertClose, goldenCases } from "../support/golden.js";

for (const golden of goldenCases("object-saliency-")) {
  test(`${golden.name}: patch descriptors and object saliency`, async (t) => {
    const { a: side, k, beta, Theta, theta } = golden.params as Record<string, number> & { a: number };
    const [height, width, channels] = golden.shape("A") as [number, number, number];
    const map = { data: golden.f32("A"), height, width, channels };
    const whitening = new Whitening({ mean: golden.f32("mean"), projection: golden.matrix("projection") });
    assertClose(t, golden, "patch_descriptors", patchDescriptors(map, whitening, undefined, side).data, 1e-4);

    const model = { vectors: golden.matrix("V"), saliency: golden.f32("f"), centrality: golden.f32("g"), whitening };
    const { data } = await objectSaliency(map, model, { side, k, beta, Theta, theta } as object);
    assertClose(t, golden, "object_saliency", data, 1e-3);
  });
}
