/**
 * Time against the number of regions, with one thread and with all: the graph, its centrality, and object saliency of a
 * map of 24 × 32 cells. Descriptors like real regions' (support/realistic-descriptors.ts).
 *
 *     node --import ./bench/support/register-typescript.mjs bench/scaling.ts [largest n = 64000] [file.svg]
 */
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { type ActivationMap, featureSaliency, objectSaliencyBatch, RegionGraph } from "../lib/index.js";
import { drawScaling, type ScalingPoint } from "./support/draw-scaling.js";
import { shortest } from "./support/measure.js";
import { overlaidMaps, photoMaps } from "./support/photo-maps.js";
import { realCollection } from "./support/real-collection.js";
import { realisticDescriptors } from "./support/realistic-descriptors.js";

const MAPS = 4;
const [largest = "64000", file] = process.argv.slice(2);
const sizes: number[] = [];
for (let n = Number(largest); n >= 1000; n = Math.round(n / 2)) sizes.unshift(n);

const collection = await realCollection();
const whitening = await collection.whitening();
const real = await collection.regionVectors(0, collection.manifest.counts.regions);
const maps: ActivationMap[] = [];
for await (const { map } of overlaidMaps(await photoMaps(40), MAPS, 24, 32)) maps.push(map);
const saliencies = maps.map((map) => featureSaliency(map));

const points: ScalingPoint[] = [];
for (const n of sizes) {
  const { vectors } = await realisticDescriptors(real, n);
  const saliency = new Float32Array(n).fill(0.5);
  for (const threads of new Set([1, availableParallelism()])) {
    const add = (stage: string, milliseconds: number) =>
      points.push({ stage, threads, n, seconds: milliseconds / 1000 });
    let graph: RegionGraph | undefined;
    add("graph", await shortest(2, async () => (graph = await RegionGraph.build(vectors, { threads }))));
    let centrality: Float32Array = saliency;
    add("centrality", await shortest(3, async () => (centrality = (await graph?.centrality({ threads })) ?? saliency)));
    const model = { vectors, saliency, centrality, whitening };
    const options = { featureSaliency: saliencies, threads };
    add("object saliency, an image", (await shortest(2, () => objectSaliencyBatch(maps, model, options))) / MAPS);
    console.log(
      points
        .slice(-3)
        .map((point) => `${point.stage} ${point.seconds.toPrecision(3)} s`)
        .join(", "),
      { n, threads },
    );
  }
}
const stages = [...new Set(points.map(({ stage }) => stage))];
console.table(
  sizes.map((n) => ({
    n,
    ...Object.fromEntries(
      points
        .filter((point) => point.n === n)
        .map((point) => [`${point.stage}, ${point.threads}`, Number(point.seconds.toPrecision(3))]),
    ),
  })),
);
for (const stage of stages) {
  const of = points.filter((point) => point.stage === stage && point.threads === 1).slice(-3);
  const [first, last] = [of[0], of.at(-1)];
  if (!first || !last) continue;
  const power = Math.log(last.seconds / first.seconds) / Math.log(last.n / first.n);
  console.log(`${stage}: grows with n to the power of ${power.toFixed(2)} from ${first.n} on`);
}
if (file !== undefined) writeFileSync(file, await drawScaling(points));
