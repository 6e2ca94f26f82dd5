/**
 * Object saliency of maps against many regions, k 50: each image's windows, the sliding maxima of its map, are looked up
 * among the regions of a collection. Beside it all products of positions and regions at G.
 *
 *     node --import ./bench/support/register-typescript.mjs bench/rows/region-lookup.ts [--short]
 *
 * Maps and regions are of the same kind: photographs' maps by the default network laid together (support/photo-maps.ts),
 * the regions those that feature saliency finds in 13,000 of them, about 100,000, and in the full form, which takes each
 * map twelve times with other gains, a million. Maps of 24 × 32 cells are of the collection, and their own regions left
 * out; those of 48 × 64 are others. Regions are related as `discover` does, which takes longer than what is measured; a
 * million's graph is found at a recall of .8, in a fraction of the time (region-graph.ts measures that of .985). What
 * else is solved on that graph is measured with it.
 *
 * Ours is all of `objectSaliencyBatch` but feature saliency, which is given: sliding maximum, whitening, look-up and
 * sums. `work` says what is left without look-up (one region in the place of all). Recall is over the positions whose
 * F̂^Theta is above 1 % of the map's largest, the correlation over all positions of each map; the lowest of the maps.
 */
import { availableParallelism } from "node:os";
import {
  type ActivationMap,
  featureSaliencyBatch,
  objectSaliencyBatch,
  queryVector,
  type RegionModel,
  type SaliencyMap,
} from "../../lib/index.js";
import { correlation, found } from "../support/exact-look-up.js";
import { generatedRegions, grouped, indexed, relatedRegions } from "../support/global-stages.js";
import { measureRates } from "../support/machine.js";
import { shortest } from "../support/measure.js";
import { overlaidMaps, photoMaps } from "../support/photo-maps.js";
import { report, row, type Row, SHORT } from "../support/rows.js";
import { solveRows } from "../support/solve-rows.js";
import { StageWatch } from "../support/stage-watch.js";

const [K, SIDE, THETA] = [50, 9, 2];
const [COLLECTION, TIMES] = [13_000, SHORT ? 1 : 12];
/** A graph that is quick to have will do for what is measured here. */
const SEARCH = SHORT ? {} : ({ method: "clustered", recall: 0.8 } as const);
/** Of what is solved on the graph. */
const SOLVES = { alpha: 0.99, fast: 20, repeats: 5 };
/** Images together, as `discover` takes them, and how many of them are searched exactly as well. */
const FORMS = [
  { height: 24, width: 32, together: 32, checked: 3, own: true },
  { height: 48, width: 64, together: 32, checked: 1, own: false },
] as const;
const STAGE = "object saliency among many regions";
const threads = availableParallelism();

const photos = await photoMaps();
const watch = new StageWatch();
const related = await relatedRegions(await generatedRegions(photos, COLLECTION, TIMES), threads, watch, SEARCH);
const { model } = related;
const looked = await watch.time("region index", () => indexed(model, K, threads));
const { rows: regions, columns } = model.vectors;
const one: RegionModel = {
  ...model,
  vectors: { data: model.vectors.data.subarray(0, columns), rows: 1, columns },
  saliency: model.saliency.subarray(0, 1),
  centrality: model.centrality.subarray(0, 1),
  owner: undefined,
};

const rows: Row[] = [];
for (const { height, width, together, checked, own } of FORMS) {
  const maps: ActivationMap[] = [];
  for await (const { map } of overlaidMaps(photos, together, height, width)) maps.push(map);
  const featureSaliency = await featureSaliencyBatch(maps);
  const excludeOwner = Int32Array.from(maps.keys(), (i) => (own ? i : -1));
  const some = { k: K, side: SIDE, Theta: THETA, threads };
  const options = { ...some, featureSaliency, excludeOwner };

  const ours = (await shortest(3, () => objectSaliencyBatch(maps, looked, options))) / together;
  const without = (await shortest(2, () => objectSaliencyBatch(maps, one, { ...some, featureSaliency }))) / together;
  const products = (2000 * height * width * regions * columns) / measureRates(threads).flops;

  const fast = await objectSaliencyBatch(maps, looked, options);
  const few = {
    ...some,
    featureSaliency: featureSaliency.slice(0, checked),
    excludeOwner: excludeOwner.slice(0, checked),
  };
  const exact = await objectSaliencyBatch(maps.slice(0, checked), model, few);
  const alike = Math.min(...exact.map(({ data }, i) => correlation(data, (fast[i] as SaliencyMap).data)));
  let [hits, all] = [0, 0];
  for (let i = 0; i < checked; i++) {
    const look = { ...some, excludeOwner: excludeOwner[i] as number };
    const [part, of] = await found(maps[i] as ActivationMap, featureSaliency[i] as SaliencyMap, looked, look);
    [hits, all] = [hits + part, all + of];
  }
  const form = `${height} × ${width} cells, ${regions} × ${columns} regions, k ${K}`;
  rows.push(
    row({
      stage: STAGE,
      work: `${form}, ${threads} threads; ${without.toPrecision(2)} ms of it maxima, whitening and sums`,
      unit: "ms an image",
      ours,
      bound: { name: "all products at G", value: products },
      ratio: products / ours,
      goal: { ratio: "products / ours", atLeast: 50 },
    }),
    row({
      stage: STAGE,
      work: `${form}, ${checked} maps`,
      unit: "recall@50",
      ours: hits / all,
      ratio: hits / all,
      goal: { ratio: "recall@50", atLeast: 0.95 },
    }),
    row({
      stage: STAGE,
      work: `${form}, ${checked} maps; 1 less ${(1 - alike).toExponential(1)}`,
      unit: "correlation with exact maps",
      ours: alike,
      ratio: alike,
      goal: { ratio: "correlation", atLeast: 0.999 },
    }),
  );
}
if (!SHORT) {
  await grouped(related, watch);
  const first = { ...model.vectors, rows: 1, data: model.vectors.data.subarray(0, columns) };
  const y = await queryVector(first, model.vectors, { threads });
  rows.push(...(await solveRows(related.graph, y, { ...SOLVES, threads })));
}
watch.tell();
report(rows);
