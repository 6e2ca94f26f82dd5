/**
 * The look-up of object saliency's patches among many regions, k 50, in clusters at a recall of 0.95, beside all products
 * at G. Patches and regions are drawn alike, like real regions (support/realistic-regions.ts), 768 patches an image, in
 * batches of 40 images, as many as object saliency takes together.
 *
 *     npx tsx bench/rows/region-lookup.ts [--short]
 *
 * Among a million regions of 256 dimensions (--short: 100,000, a batch of 5 images).
 */
import { availableParallelism } from "node:os";
import { type Matrix, NeighbourIndex, nearestNeighbours } from "../../lib/index.js";
import { measureRates } from "../support/machine.js";
import { shortest } from "../support/measure.js";
import { realCollection } from "../support/real-collection.js";
import { realisticRegions } from "../support/realistic-regions.js";
import { report, row, SHORT } from "../support/rows.js";

const [REGIONS, IMAGES] = SHORT ? [100_000, 5] : [1_000_000, 40];
const [POSITIONS, DIMENSIONS, K, CHECKED] = [768, 256, 50, 1000];
const threads = availableParallelism();

const collection = await realCollection();
const real = await collection.regionVectors(0, collection.manifest.counts.regions);
const all = await realisticRegions(real, REGIONS + IMAGES * POSITIONS, DIMENSIONS);
const rowsOf = (from: number, rows: number): Matrix => ({
  data: all.data.subarray(from * DIMENSIONS, (from + rows) * DIMENSIONS),
  rows,
  columns: DIMENSIONS,
});
const [regions, patches] = [rowsOf(0, REGIONS), rowsOf(REGIONS, IMAGES * POSITIONS)];
const index = await NeighbourIndex.build(regions, { k: K, recall: 0.95, threads });
const found = await index.search(patches, { k: K, threads });
const ours = (await shortest(2, () => index.search(patches, { k: K, threads }))) / IMAGES;
const truth = await nearestNeighbours(rowsOf(REGIONS, CHECKED), regions, { k: K, method: "exact", threads });
let hits = 0;
for (let i = 0; i < CHECKED; i++) {
  const ids = new Set(truth.ids.subarray(i * K, (i + 1) * K));
  for (let j = 0; j < K; j++) hits += Number(ids.has(found.ids[i * K + j] as number));
}
const products = (2000 * POSITIONS * REGIONS * DIMENSIONS) / measureRates(threads).flops;
const stage = "object saliency's look-up";
const work = `${POSITIONS} positions, ${REGIONS} x ${DIMENSIONS} regions, k ${K}, ${threads} threads`;
const recall = hits / (CHECKED * K);
report([
  row({
    stage,
    work,
    unit: "ms an image",
    ours,
    bound: { name: "all products at G", value: products },
    ratio: products / ours,
    goal: { ratio: "products / ours", atLeast: 50 },
  }),
  row({ stage, work, unit: "recall@50", ours: recall, ratio: recall, goal: { ratio: "recall@50", atLeast: 0.95 } }),
]);
