/**
 * Figure 10: global descriptors beside regional ones, by memory, on photos of cartons (every fourth asks for the others of
 * its class) or on drawn scenes (a picture of each object asks). R-Match over uniform regions and over those reduced to
 * fewer by fitting a Gaussian mixture, without and with regional diffusion.
 *
 *     node --import ./bench/support/register-typescript.mjs bench/regional.ts <collection> [folder that holds groceries, or the scenes] [figure.svg]
 *
 * The collection holds MAC, R-MAC and OS.EGM. Query times are medians on one thread. Matching an image costs a product of
 * vectors for each pair of a query's vectors and the image's; graphs have k = 20 over images, 50 over regions.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GlobalSearcher } from "../lib/benchmark/global-searcher.js";
import { indexRegionSet, RegionSearcher } from "../lib/benchmark/region-searcher.js";
import type { Searcher } from "../lib/benchmark/searcher.js";
import { openNetworkOf } from "../lib/collection/network.js";
import {
  Collection,
  type Matrix,
  measureRankings,
  poolRegions,
  reduceRegions,
  type RegionSet,
  uniformRegions,
} from "../lib/index.js";
import { regionStarts } from "../lib/retrieval/region-set.js";
import { drawMemory, type MemoryPoint } from "./support/draw-memory.js";
import { median } from "./support/measure.js";
import { type Question, questions } from "./support/questions.js";

const KINDS = ["MAC", "R-MAC", "OS.EGM"] as const;
const SIZES = [1, 2, 5, 10];
const GLOBAL = { k: 20, kQuery: 10, threads: 1 };
const REGIONAL = { k: 50, kQuery: 50, threads: 1 };

const [folder, data = "../shared/data", figure] = process.argv.slice(2);
if (folder === undefined) throw new Error("name a collection");
const collection = await Collection.open(folder);
const asked = await questions(collection, data, KINDS, 4);
const { columns } = await collection.descriptors("MAC");
const points: MemoryPoint[] = [];

async function measure(series: string, searcher: Searcher, of: (question: Question) => Matrix) {
  const products = median(asked.map((question) => of(question).rows)) * (searcher.bytesPerImage / 4 / columns);
  for (const diffusion of [false, true]) {
    const times: number[] = [];
    const rankings: Int32Array[] = [];
    for (const question of asked) {
      const query = { vectors: of(question), exclude: Int32Array.from(question.id === undefined ? [] : [question.id]) };
      const start = performance.now();
      rankings.push(await searcher.rank(query, diffusion, {}));
      times.push(performance.now() - start);
    }
    const { mAP } = measureRankings(
      rankings,
      asked.map(({ relevance }) => relevance),
    );
    const { bytesPerImage, edges } = searcher;
    points.push({ series, diffusion, mAP, bytesPerImage, edges: edges ?? 0, products, milliseconds: median(times) });
  }
}

const row = (set: Matrix, from: number, to: number) => ({
  data: set.data.subarray(from * set.columns, to * set.columns),
  rows: to - from,
  columns: set.columns,
});

for (const kind of KINDS) {
  const vectors = await collection.descriptors(kind);
  const searcher = await GlobalSearcher.build(vectors, { ...GLOBAL, diffusion: true }, {});
  await measure(kind, searcher, ({ vectors: of }) => of.get(kind) as Matrix);
}

/** The uniform regions of all images, whitened as the collection's. */
async function uniformSet(): Promise<RegionSet> {
  await using extractor = await openNetworkOf(collection, {}, {});
  const whitening = await collection.whitening();
  const parts: Float32Array[] = [];
  const owner: number[] = [];
  for (const [id, { path }] of collection.images.entries()) {
    const { map } = await extractor.extract(join(collection.manifest.source as string, path));
    const whitened = whitening.apply(poolRegions(map, uniformRegions(map.height, map.width)));
    parts.push(whitened.data);
    for (let i = 0; i < whitened.rows; i++) owner.push(id);
  }
  const all = new Float32Array(owner.length * columns);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return {
    vectors: { data: all, rows: owner.length, columns },
    owner: Int32Array.from(owner),
    images: collection.images.length,
  };
}

const whole = await uniformSet();
const starts = regionStarts(whole);
const mean = Math.round(whole.owner.length / whole.images);
for (const size of [...SIZES, mean]) {
  const set = size === mean ? whole : await reduceRegions(whole, { count: size });
  const searcher = new RegionSearcher("R-Match", await indexRegionSet(set, { ...REGIONAL, diffusion: true }, {}), {
    ...REGIONAL,
    diffusion: true,
  });
  // Only the database is reduced: a query keeps all its regions.
  await measure(`R-Match, ${size}`, searcher, ({ id, vectors: of }) =>
    id === undefined
      ? (of.get("R-Match") as Matrix)
      : row(whole.vectors, starts[id] as number, starts[id + 1] as number),
  );
}

console.table(
  points.map(({ series, diffusion, mAP, bytesPerImage, edges, products, milliseconds }) => ({
    method: diffusion ? `${series}, diffusion` : series,
    mAP: (100 * mAP).toFixed(1),
    "bytes an image": Math.round(bytesPerImage),
    "products an image": Math.round(products),
    edges: diffusion ? edges : "",
    "ms a query": milliseconds.toPrecision(3),
  })),
);
if (figure !== undefined) await writeFile(figure, await drawMemory(points));
