/**
 * From how many regions on object saliency should look windows up in an index: time an image of both ways, what the
 * index takes once, recall and correlation with the exact maps, by the number of regions.
 *
 *     node --import ./bench/support/register-typescript.mjs bench/look-up-limit.ts [regions = 1000,2000,8000,32000]
 *
 * Maps of 24 × 32 cells of the collection, their own regions left out, and of 48 × 64 cells that are not; both of
 * photographs laid together (support/photo-maps.ts), 32 at a time as `discover` takes them, k 10 and 50.
 */
import { availableParallelism } from "node:os";
import { type ActivationMap, featureSaliencyBatch, objectSaliencyBatch, type SaliencyMap } from "../lib/index.js";
import { correlation, found } from "./support/exact-look-up.js";
import { generatedRegions, indexed, relatedRegions } from "./support/global-stages.js";
import { shortest } from "./support/measure.js";
import { overlaidMaps, photoMaps } from "./support/photo-maps.js";
import { StageWatch } from "./support/stage-watch.js";

const [TOGETHER, PER_IMAGE, SIDE, THETA] = [32, 7.7, 9, 2];
const FORMS = [
  { height: 24, width: 32, own: true },
  { height: 48, width: 64, own: false },
] as const;
const [sizes = "1000,2000,8000,32000"] = process.argv.slice(2);
const threads = availableParallelism();
const photos = await photoMaps();

const rows: Record<string, string | number>[] = [];
for (const size of sizes.split(",").map(Number)) {
  const regions = await generatedRegions(photos, Math.round(size / PER_IMAGE));
  const { model } = await relatedRegions(regions, threads, new StageWatch());
  for (const { height, width, own } of FORMS) {
    const maps: ActivationMap[] = [];
    for await (const { map } of overlaidMaps(photos, TOGETHER, height, width)) maps.push(map);
    const featureSaliency = await featureSaliencyBatch(maps);
    const excludeOwner = Int32Array.from(maps.keys(), (i) => (own ? i : -1));
    for (const k of [10, 50]) {
      const look = { k, side: SIDE, Theta: THETA, threads };
      const options = { ...look, featureSaliency, excludeOwner };
      const build = await shortest(2, () => indexed(model, k, threads));
      const looked = await indexed(model, k, threads);
      const exactly = await shortest(2, () => objectSaliencyBatch(maps, model, options));
      const byWindows = await shortest(3, () => objectSaliencyBatch(maps, looked, options));
      const exact = await objectSaliencyBatch(maps, model, options);
      const fast = await objectSaliencyBatch(maps, looked, options);
      const alike = exact.map(({ data }, i) => correlation(data, (fast[i] as SaliencyMap).data));
      let [hits, all] = [0, 0];
      for (const [i, map] of maps.slice(0, 8).entries()) {
        const each = { ...look, excludeOwner: excludeOwner[i] as number };
        const [part, of] = await found(map, featureSaliency[i] as SaliencyMap, looked, each);
        [hits, all] = [hits + part, all + of];
      }
      rows.push({
        regions: model.vectors.rows,
        map: `${height} x ${width}`,
        k,
        "exact, ms an image": Number((exactly / TOGETHER).toPrecision(3)),
        "windows, ms an image": Number((byWindows / TOGETHER).toPrecision(3)),
        "index, ms": Math.round(build),
        "images that pay it": Math.ceil((build * TOGETHER) / (exactly - byWindows)),
        recall: (hits / all).toFixed(3),
        "correlation, lowest": Math.min(...alike).toFixed(5),
        mean: (alike.reduce((sum, value) => sum + value, 0) / alike.length).toFixed(5),
      });
    }
  }
}
console.table(rows);
