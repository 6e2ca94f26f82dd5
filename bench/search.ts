/**
 * Which method of search finds most, at what memory and time:
 * `node --import ./bench/support/register-typescript.mjs bench/search.ts [data] [model] [work] [sets] [k,k,...]`
 *
 * `data` holds groceries and cards (docs/search.md); `work` keeps collections and scenes, to be used again. `sets`, some
 * of groceries, scenes, cards.
 */
import { join } from "node:path";
import { averagePrecision, Collection, discover, globalVector, QueryDescriber } from "../lib/index.js";
import { openIndex } from "../lib/search/open-index.js";
import { COLLECTION_SEARCH_DEFAULTS } from "../lib/search/options.js";
import { cards, leaveOneOut, linkGroceries, productPictures, scenes, type SearchSet } from "./support/search-sets.js";

const [
  data = "../shared/data",
  model = "default",
  work = "/tmp/leitmotif-search",
  chosen = "groceries,scenes,cards",
  ks,
] = process.argv.slice(2);
const kept = ks?.split(",").map(Number) ?? [COLLECTION_SEARCH_DEFAULTS.k];
const groceries = join(data, "groceries");

async function sets(): Promise<SearchSet[]> {
  const found: SearchSet[] = [];
  if (chosen.includes("groceries")) {
    const folder = join(work, "groceries");
    await linkGroceries(groceries, folder);
    found.push(leaveOneOut(groceries, folder, 3), productPictures(groceries, folder));
  }
  if (chosen.includes("scenes")) found.push(await scenes(join(work, "scenes"), 200, 20));
  if (chosen.includes("cards")) found.push(await cards(join(data, "cards")));
  return found;
}

async function collectionOf(folder: string): Promise<Collection> {
  const out = join(work, `collection-${folder.replaceAll(/[^a-z0-9]+/gi, "-")}`);
  return Collection.open(out).catch(() => discover(folder, { out, extractor: { model } }));
}

const MODES = [
  ["plain", "none", null],
  ["diffusion", "diffusion", null],
  ["diffusion over all", "diffusion", 0],
  ["solved ahead", "offline", null],
] as const;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

for (const set of await sets()) {
  const collection = await collectionOf(set.folder);
  await using describer = new QueryDescriber(collection, { model });
  const index = new Map(collection.images.map(({ path }, i) => [path, i]));
  const numbers = (paths: Iterable<string>) => [...paths].map((path) => index.get(path) as number);
  const { images, regions, dimensions } = collection.manifest.counts;
  console.log(`\n${set.name}: ${set.queries.length} queries, ${images} photos, ${regions} regions, d ${dimensions}`);

  const maps = [];
  for (const { image, box } of set.queries) maps.push((await describer.read({ image, box })).map);
  const rows: Record<string, Record<string, number | string>> = {};
  for (const method of [...collection.manifest.descriptors, "regions"]) {
    const shared = await collection.whitening();
    const whitening = method === "regions" ? shared : shared.withMean(await collection.descriptorMean(method));
    const poolings = ["MAC", "R-MAC", "GeM", "SPoC", "CroW"].includes(method) ? [method] : ["MAC", "R-MAC"];
    for (const [mode, expand, truncate] of MODES) {
      for (const k of expand === "none" ? kept.slice(0, 1) : kept) {
        const began = performance.now();
        const searched = await openIndex(collection, {
          ...COLLECTION_SEARCH_DEFAULTS,
          method,
          expand,
          truncate,
          k,
          queries: 1,
        });
        const built = performance.now() - began;
        for (const pooling of poolings as ("MAC" | "R-MAC")[]) {
          const precisions: number[] = [];
          let spent = 0;
          for (const [i, { own, positive }] of set.queries.entries()) {
            const raw = globalVector(pooling, maps[i] as (typeof maps)[number]);
            const query = whitening.apply({ data: raw, rows: 1, columns: raw.length });
            const exclude = Int32Array.from(own === undefined ? [] : numbers([own]));
            const start = performance.now();
            const found = await searched.search(query, { top: images, expand, exclude }, {});
            spent += performance.now() - start;
            precisions.push(averagePrecision(found.images, { positive: numbers(positive) }));
          }
          rows[`${method}, ${mode}${expand === "none" ? "" : `, k ${k}`}, query ${pooling}`] = {
            mAP: mean(precisions).toFixed(3),
            "bytes a photo": Math.round((4 * dimensions * searched.vectors.rows) / images),
            "ms to build": Math.round(built),
            "ms a query": (spent / precisions.length).toFixed(2),
          };
        }
      }
    }
  }
  console.table(rows);
}
