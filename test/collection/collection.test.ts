import { cp, mkdir, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { Collection } from "../../lib/index.js";
import { writeSmallCollection } from "../support/collections.js";
import { temporaryFolder } from "../support/folders.js";

test("a collection comes back as it was written", async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder);
  const collection = await Collection.open(folder);
  t.is(collection.manifest.counts.regions, 3);
  t.deepEqual(
    collection.images.map((image) => image.path),
    ["a.jpg", "b/c.jpg"],
  );
  t.is(collection.images[0]?.featureRegions[1]?.centrality, 2);
  t.deepEqual(collection.objects, [{ exemplar: 2, regions: 2, images: 2, score: 0.5, cohesion: 0.5 }]);
  t.deepEqual((await collection.regionModel()).vectors, {
    data: Float32Array.of(1, 0, 0, 1, 0.6, 0.8),
    rows: 3,
    columns: 2,
  });
  t.deepEqual((await collection.regionModel()).owner, Int32Array.of(0, 0, 1));
  t.deepEqual(await collection.featureSaliency(1), { data: Float32Array.of(6, 7, 8, 9), height: 2, width: 2 });
  t.deepEqual((await collection.objectSaliency(0)).data, Float32Array.of(9, 8, 7, 6, 5, 4));
  await t.throwsAsync(collection.featureSaliency(2), { code: "ERR_INVALID_ARGUMENT" });
  await t.throwsAsync(collection.descriptors("gem"), { code: "ERR_INVALID_ARGUMENT", message: /"mac"/ });
});

test("a second collection takes the place of the first, and nothing of it stays", async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder);
  await writeSmallCollection(folder, 2);
  t.deepEqual((await readdir(folder)).sort(), ["data-0002", "manifest.json"]);
  t.is((await Collection.open(folder)).manifest.data, "data-0002");
});

test("says what a folder is when it holds no collection", async (t) => {
  const folder = await temporaryFolder(t);
  const open = (name: string) => Collection.open(join(folder, name));
  await t.throwsAsync(open("none"), { code: "ERR_COLLECTION", message: /there is no folder/ });
  await writeFile(join(folder, "file"), "");
  await t.throwsAsync(open("file"), { code: "ERR_COLLECTION", message: /is a file/ });
  await mkdir(join(folder, "empty"));
  await t.throwsAsync(open("empty"), { code: "ERR_COLLECTION", message: /holds no collection/ });
  await mkdir(join(folder, "unfinished/work"), { recursive: true });
  await t.throwsAsync(open("unfinished"), { code: "ERR_COLLECTION_CORRUPT", message: /unfinished/ });
  await mkdir(join(folder, "other"));
  await writeFile(join(folder, "other/manifest.json"), '{ "name": "web app" }');
  await t.throwsAsync(open("other"), { code: "ERR_COLLECTION", message: /no manifest of a Leitmotif/ });
});

/** Each entry damages a collection in one place; `names` must be in the message. */
const DAMAGES: { what: string; code?: string; names: RegExp; damage: (folder: string) => Promise<unknown> }[] = [
  {
    what: "a newer version",
    code: "ERR_COLLECTION_VERSION",
    names: /version 2 .* update leitmotif/,
    damage: (folder) => edit(join(folder, "manifest.json"), '"version": 1', '"version": 2'),
  },
  {
    what: "a manifest cut short",
    names: /manifest\.json is not JSON/,
    damage: (folder) => truncate(join(folder, "manifest.json"), 100),
  },
  {
    what: "a negative count",
    names: /manifest\.json\.counts\.regions must be a whole number/,
    damage: (folder) => edit(join(folder, "manifest.json"), '"regions": 3', '"regions": -3'),
  },
  {
    what: "a data folder outside",
    names: /manifest\.json\.data/,
    damage: (folder) => edit(join(folder, "manifest.json"), '"data-0001"', '"../data-0001"'),
  },
  {
    what: "a count that disagrees with the arrays",
    names: /region-vectors\.npy must be <f4 \(4, 2\), is <f4 \(3, 2\)/,
    damage: (folder) => edit(join(folder, "manifest.json"), '"regions": 3', '"regions": 4'),
  },
  {
    what: "a missing array",
    names: /graph-data\.npy is missing/,
    damage: (folder) => rm(join(folder, "data-0001/graph-data.npy")),
  },
  {
    what: "an array cut short",
    names: /graph-data\.npy must have 136 bytes, has 130/,
    damage: (folder) => truncate(join(folder, "data-0001/graph-data.npy"), 130),
  },
  {
    what: "a record that was changed",
    names: /images\.jsonl does not have the manifest's hash/,
    damage: (folder) => edit(join(folder, "data-0001/images.jsonl"), "a.jpg", "z.jpg"),
  },
  {
    what: "a record of the wrong type",
    names: /images\.jsonl:2\.width must be a whole number of at least 1, is "32"/,
    damage: (folder) =>
      edit(join(folder, "data-0001/images.jsonl"), '"width":32,"height":32,"fed', '"width":"32","height":32,"fed'),
  },
  {
    what: "a record that is no JSON",
    names: /images\.jsonl:1 is not JSON/,
    damage: (folder) => edit(join(folder, "data-0001/images.jsonl"), '{"path":"a', '{path:"a'),
  },
];

async function edit(path: string, from: string, to: string): Promise<void> {
  const content = await readFile(path, "utf8");
  if (!content.includes(from)) throw new Error(`${path} does not hold ${from}`);
  await writeFile(path, content.replace(from, to));
}

for (const { what, code = "ERR_COLLECTION_CORRUPT", names, damage } of DAMAGES) {
  test(`refuses ${what}, and names it`, async (t) => {
    const folder = await temporaryFolder(t);
    await writeSmallCollection(folder);
    await damage(folder);
    await t.throwsAsync(Collection.open(folder), { instanceOf: Error, code, message: names });
  });
}

test("a value that was changed is found when its array is read", async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder);
  const path = join(folder, "data-0001/region-owner.npy");
  const bytes = await readFile(path);
  bytes.writeInt32LE(1, bytes.length - 8);
  await writeFile(path, bytes);
  const collection = await Collection.open(folder);
  await t.throwsAsync(collection.regionModel(), { code: "ERR_COLLECTION_CORRUPT", message: /region-owner\.npy/ });
  const aborted = AbortSignal.abort();
  await t.throwsAsync(collection.regionModel({ signal: aborted }), { code: "ERR_ABORTED" });
});

test("a copied folder opens elsewhere", async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(join(folder, "a"));
  await cp(join(folder, "a"), join(folder, "b"), { recursive: true });
  t.is((await Collection.open(join(folder, "b"))).images.length, 2);
});
