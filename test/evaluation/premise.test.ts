/** What the paper says of the method, where its premise holds: bench/premise.ts, in small. */
import test from "ava";
import { EGM_PRESETS } from "../../lib/index.js";
import { measureDirectForm } from "../../bench/support/direct-form.js";

const MAPS = { images: 160, objects: 4, height: 16, width: 20, channels: 128 };
const PREMISE = { clutter: 1, backgroundStuff: 0, strength: 5, sparsity: 0.97, variation: 0.3, objectSize: 3 };
const OCCURRENCES = MAPS.images / MAPS.objects;

for (const seed of [1, 2, 3]) {
  test(`object saliency keeps to small objects, and search with it finds them: seed ${seed}`, async (t) => {
    const { tau } = EGM_PRESETS.PAPER_UNTUNED.objectSaliency;
    const { precision, methods } = await measureDirectForm(
      { ...MAPS, ...PREMISE, seed },
      20,
      { preset: "paper", objectRegions: { tau } },
      OCCURRENCES,
    );
    t.log(precision, methods);
    t.true(precision.OS > 4 * precision.FS);
    const { "FS.EGM": fs, "OS.EGM": os, "OS.EGM-Delta": delta, "R-MAC": uniform } = methods;
    t.true(os.diffusion > fs.diffusion + 0.1 && fs.diffusion > uniform.diffusion);
    t.true(delta.diffusion > os.diffusion);
    t.true(os.plain > fs.plain && os.plain > uniform.plain);
  });
}
