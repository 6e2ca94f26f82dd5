/**
 * How often a search says that something matches, where nothing does and where something does:
 * `node --import ./bench/support/register-typescript.mjs bench/search-chance.ts [data] [model] [work]`
 *
 * A collection of the groceries' cartons alone. Queries: every third photo of fruit, of which it shows nothing; the product
 * pictures; two photos of each carton, without themselves, and once more without all photos of that carton.
 */
import { join } from "node:path";
import { Collection, CollectionSearch, discover } from "../lib/index.js";
import { leaveOneOut, linkGroceries, productPictures } from "./support/search-sets.js";

const [data = "../shared/data", model = "default", work = "/tmp/leitmotif-search"] = process.argv.slice(2);
const groceries = join(data, "groceries");
const folder = join(work, "cartons");
await linkGroceries(groceries, folder, "/Packages/");
const fruit = (await linkGroceries(groceries, join(work, "fruit"), "/Fruit/")).filter((_, i) => i % 3 === 0);
const out = join(work, "collection-cartons");
const collection = await Collection.open(out).catch(() => discover(folder, { out, extractor: { model } }));
const numbers = new Map(collection.images.map(({ path }, i) => [path, i]));
const indices = (paths: Iterable<string>) => Int32Array.from(paths, (path) => numbers.get(path) as number);

const others = leaveOneOut(groceries, folder, 2).queries;
const cases: Record<string, { image: string; exclude: Int32Array }[]> = {
  "fruit (false)": fruit.map((path) => ({ image: join(groceries, path), exclude: new Int32Array(0) })),
  "product pictures (true)": productPictures(groceries, folder).queries.map(({ image }) => ({
    image,
    exclude: new Int32Array(0),
  })),
  "cartons (true)": others.map(({ image, own }) => ({ image, exclude: indices([own as string]) })),
  "cartons whose like is not there (false)": others.map(({ image, own, positive }) => ({
    image,
    exclude: indices([own as string, ...positive]),
  })),
};

const rows: Record<string, Record<string, string>> = {};
for (const method of [...collection.manifest.descriptors, "regions"]) {
  const search = await CollectionSearch.open(collection, { method, model, expand: "none", queries: 1 });
  for (const [name, queries] of Object.entries(cases)) {
    const chances: number[] = [];
    for (const { image, exclude } of queries) {
      const { verdict } = await search.search({ image }, { top: 1, exclude });
      chances.push(verdict.chance ?? 1);
    }
    const share = (least: number) =>
      `${((100 * chances.filter((chance) => chance <= least).length) / chances.length).toFixed(0)} %`;
    rows[`${method}: ${name}`] = {
      queries: String(queries.length),
      "match at 5 %": share(0.05),
      "at 1 %": share(0.01),
    };
  }
  await search[Symbol.asyncDispose]();
}
console.table(rows);
