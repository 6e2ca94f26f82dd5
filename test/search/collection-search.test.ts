import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import anyTest, { type TestFn } from "ava";
import {
  Collection,
  CollectionSearch,
  crossMatch,
  methodFor,
  QueryDescriber,
  rank,
  RetrievalIndex,
  type SearchResult,
  truncation,
} from "../../lib/index.js";
import { writeSmallCollection } from "../support/collections.js";
import { temporaryFolder } from "../support/folders.js";
import { type Searchable, searchableCollection } from "../support/searchable.js";

const test = anyTest as TestFn<Searchable>;

const shared = await mkdtemp(join(tmpdir(), "leitmotif-"));
test.before(async (t) => {
  t.context = await searchableCollection(shared, 12);
});
test.after.always(() => rm(shared, { recursive: true }));

const invalid = { code: "ERR_INVALID_ARGUMENT" };
const imagesOf = ({ hits }: SearchResult) => hits.map(({ image }) => image);

test.serial("plain search ranks images by the inner product of their descriptors", async (t) => {
  const { collection, photos } = t.context;
  await using search = await CollectionSearch.open(collection, { method: "MAC", expand: "none" });
  const found = await search.search({ image: join(photos, "photo-2.png") }, { top: 5 });
  const index = collection.images.findIndex(({ path }) => path === "photo-2.png");
  const { data, columns, rows } = await collection.descriptors("MAC");
  const row = (i: number) => data.subarray(i * columns, (i + 1) * columns);
  const products = Array.from({ length: rows }, (_, i) =>
    row(i).reduce((sum, v, j) => sum + v * (row(index)[j] ?? 0), 0),
  );
  const order = products.map((_, i) => i).sort((a, b) => (products[b] ?? 0) - (products[a] ?? 0));
  t.deepEqual(imagesOf(found), order.slice(0, 5));
  t.is(found.hits[0]?.image, index);
  for (const { image, score, similarity } of found.hits) {
    t.true(Math.abs(similarity - (products[image] ?? 0)) < 1e-5);
    t.true(Math.abs(score - similarity) < 1e-6);
  }
  t.deepEqual(
    found.hits.map(({ rank: place }) => place),
    [1, 2, 3, 4, 5],
  );
});

test.serial("each result's place is the region nearest to the query, as a box of the original image", async (t) => {
  const { collection, photos } = t.context;
  await using search = await CollectionSearch.open(collection, { method: "MAC", expand: "none" });
  await using describer = new QueryDescriber(collection);
  const query = { image: join(photos, "photo-4.png"), box: { x: 8, y: 8, width: 60, height: 50 } };
  const found = await search.search(query, { top: 12 });
  const { vectors, owner } = await collection.regionModel();
  const [one, images] = [await describer.vectors([query], "regions"), collection.images.length];
  const { scores, best } = await crossMatch(one, { vectors, owner, images });
  const boxes = collection.images.flatMap(({ featureRegions }) => featureRegions.map(({ box }) => box));
  t.is(found.hits.length, 12);
  for (const { image, places } of found.hits) {
    t.is(places.length, Number((best[image] as number) >= 0));
    for (const { region, box, similarity } of places) {
      t.is(region, best[image] as number);
      t.deepEqual(box, boxes[region]);
      t.true(Math.abs(similarity - (scores[image] ?? 0)) < 1e-5);
    }
  }
});

test.serial("region search is R-Match; expanded, an image is as good as its best region", async (t) => {
  const { collection, photos } = t.context;
  await using search = await CollectionSearch.open(collection, { method: "regions", kQuery: 4, truncate: 20 });
  await using describer = new QueryDescriber(collection);
  const query = { image: join(photos, "photo-0.png"), box: { x: 10, y: 10, width: 40, height: 40 } };
  const vectors = await describer.vectors([query], "regions");
  const regions = await collection.regionModel();
  const images = collection.images.length;
  const { scores } = await crossMatch(vectors, { ...regions, images });
  const plain = await search.search(query, { expand: "none", top: images });
  const found = (await rank(scores)).ids.filter((image) => Number.isFinite(scores[image]));
  t.deepEqual(imagesOf(plain), [...found]);

  const index = await RetrievalIndex.build(regions.vectors, { graph: await collection.graph() });
  const f = await index.scores(vectors, { kQuery: 4, truncate: 20 });
  const expanded = await search.search(query, { top: images });
  for (const { image, score, places } of expanded.hits) {
    const own = Array.from(f).filter((_, r) => regions.owner[r] === image);
    t.is(score, Math.max(0, ...own));
    if (score > 0) t.is(f[places[0]?.region as number], score);
  }
  t.is(new Set(imagesOf(expanded)).size, expanded.hits.length);
  t.deepEqual(imagesOf(expanded).sort(), imagesOf(plain).sort());
});

test.serial(
  "an excluded image neither comes out nor starts the expansion; the parts' order does not count",
  async (t) => {
    const { collection, photos } = t.context;
    const image = (i: number) => ({ image: join(photos, collection.images[i]?.path as string) });
    for (const method of ["R-MAC", "regions"]) {
      await using search = await CollectionSearch.open(collection, { method, k: 4, kQuery: 2 });
      const exclude = Int32Array.of(3, 5);
      const found = await search.search([image(3), image(5)], { top: 12, exclude });
      t.is(found.searched, 10);
      t.false(imagesOf(found).some((i) => i === 3 || i === 5));
      t.is(found.query.length, 2);
      const turned = await search.search([image(5), image(3)], { top: 12, exclude });
      t.deepEqual(imagesOf(found), imagesOf(turned));
      t.true(found.verdict.similarity < 0.99, "the query itself is no match");
    }
  },
);

test.serial(
  "explaining gives ways through the graph, from an image found directly to one before the result",
  async (t) => {
    const { collection, photos } = t.context;
    await using search = await CollectionSearch.open(collection, { method: "MAC", k: 3, kQuery: 1 });
    const query = { image: join(photos, collection.images[0]?.path as string) };
    const result = await search.search(query, { explain: true, top: 12, exclude: Int32Array.of(0) });
    const plain = await search.search(query, { expand: "none", top: 1, exclude: Int32Array.of(0) });
    const { graph } = await RetrievalIndex.build(await collection.descriptors("MAC"), { k: 3 });
    const { indptr, indices } = (graph as NonNullable<typeof graph>).adjacency;
    const joined = (a: number, b: number) => indices.subarray(indptr[a], indptr[a + 1]).includes(b);
    let indirect = 0;
    for (const { image, score, via } of result.hits) {
      const way = [...(via ?? []).map((step) => step.image), image];
      if (score > 0) t.is(way[0], plain.hits[0]?.image, "all begin at the one image found directly");
      way.slice(1).forEach((to, i) => t.true(joined(way[i] as number, to)));
      (via ?? []).forEach((step) => t.is(step.path, collection.images[step.image]?.path as string));
      indirect += Number(way.length > 1);
    }
    t.true(indirect > 0);
    t.true((await search.search(query)).hits.every((hit) => !("via" in hit)));
  },
);

test.serial("chance is measured on distractors, kept in the collection, and given to every result", async (t) => {
  const { collection, photos } = t.context;
  const query = { image: join(photos, "photo-6.png") };
  await using search = await CollectionSearch.open(collection, { method: "MAC" });
  const found = await search.search(query, { top: 12 });
  t.true(found.verdict.matches, "the image itself is there");
  t.is(found.verdict.chance, 1 / 101);
  t.is(found.verdict.similarity, Math.max(...found.hits.map(({ similarity }) => similarity)));
  for (const a of found.hits) {
    for (const b of found.hits) if (a.similarity > b.similarity) t.true((a.chance ?? 2) <= (b.chance ?? 0));
  }
  const file = join(collection.path, "search/null-MAC.json");
  const kept = await readFile(file, "utf8");
  await using again = await CollectionSearch.open(collection, { method: "MAC" });
  t.deepEqual(await again.search(query, { top: 12 }), found);
  t.is(await readFile(file, "utf8"), kept);

  const dark = { data: new Uint8Array(96 * 72 * 3).fill(9), width: 96, height: 72 };
  t.false((await search.search({ image: dark })).verdict.matches);
  t.true((await search.search({ image: dark }, { least: 1 })).verdict.matches);
});

test.serial("a caller's own distractors take the place of the collection's", async (t) => {
  const { collection, photos } = t.context;
  await using search = await CollectionSearch.open(collection, { method: "MAC" });
  const image = (i: number) => ({ image: join(photos, `photo-${2 * i}.png`) });
  await search.calibrate([image(1), image(2), image(3)]);
  const { verdict } = await search.search(image(0));
  t.deepEqual([verdict.chance, verdict.matches], [1, false], "queries that match are all as near");
  await t.throwsAsync(search.calibrate([]), invalid);
});

test.serial("occurrences lists every place that matches, none twice", async (t) => {
  const { collection, photos } = t.context;
  await using search = await CollectionSearch.open(collection, { method: "regions", expand: "none" });
  const query = { image: join(photos, "photo-8.png"), box: { x: 4, y: 4, width: 48, height: 48 } };
  const result = await search.search(query, { occurrences: true, least: 1, top: 12 });
  const single = await search.search(query, { top: 12 });
  t.true(result.hits.some(({ places }) => places.length > 1));
  result.hits.forEach(({ places }, i) => {
    t.deepEqual(places[0], single.hits[i]?.places[0]);
    t.is(new Set(places.map(({ region }) => region)).size, places.length);
    places.slice(2).forEach(({ similarity }, j) => t.true(similarity <= (places[j + 1]?.similarity ?? 0)));
  });
  await using other = await CollectionSearch.open(collection, { method: "MAC" });
  await t.throwsAsync(other.search(query, { occurrences: true }), {
    ...invalid,
    message: /places are found by "regions"/,
  });
});

test.serial("a collection of given maps is searched by maps, without a chance", async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder);
  const map = { data: Float32Array.of(0, 1, 0, 0), height: 1, width: 1, channels: 4 };
  await using search = await CollectionSearch.open(folder, { method: "regions", expand: "none" });
  const { hits, verdict } = await search.search({ map });
  t.deepEqual(
    hits.map(({ path, places }) => [path, places[0]?.region]),
    [
      ["a.jpg", 1],
      ["b/c.jpg", 2],
    ],
  );
  t.deepEqual([verdict.chance, verdict.matches, hits[0]?.chance], [null, null, null]);
  await t.throwsAsync(search.search({ image: "a.jpg" }), { code: "ERR_MODEL" });
  await search.calibrate([{ map: { ...map, data: Float32Array.of(0, 0, 1, 0) } }]);
  t.is((await search.search({ map })).verdict.chance, 1 / 2);
});

test.serial("boxes are searched by regions, whole photos by R-MAC where the collection holds it", (t) => {
  const { collection } = t.context;
  const box = { x: 0, y: 0, width: 9, height: 9 };
  t.is(methodFor([{}, {}], collection), "R-MAC");
  t.is(methodFor([{}, { box }], collection), "regions");
  t.is(methodFor([{}], { manifest: { ...collection.manifest, descriptors: ["MAC"] } }), "regions");
  t.deepEqual([7, 200, 1000, 100_000].map(truncation), [7, 100, 200, 5000]);
});

test.serial(
  "refuses methods and options that are not there, folders that are no collection, and stops when told",
  async (t) => {
    const { collection, photos, folder } = t.context;
    const message = /can be searched by, regions, MAC/;
    await t.throwsAsync(CollectionSearch.open(collection, { method: "GeM2" }), { ...invalid, message });
    await t.throwsAsync(CollectionSearch.open(photos), { code: "ERR_COLLECTION", message: /holds no collection/ });
    await t.throwsAsync(CollectionSearch.open(join(folder, "none")), { code: "ERR_COLLECTION" });
    await t.throwsAsync(CollectionSearch.open(collection, { methd: "MAC" } as never), {
      ...invalid,
      message: /"method"/,
    });
    await using search = await CollectionSearch.open(await Collection.open(collection.path), { expand: "none" });
    const query = { image: join(photos, "photo-0.png") };
    await t.throwsAsync(search.search([]), invalid);
    await t.throwsAsync(search.search(query, { top: 0 }), invalid);
    await t.throwsAsync(search.search(query, { expand: "diffusion" }), { ...invalid, message: /built for/ });
    await t.throwsAsync(search.search(query, { least: 2 }), invalid);
    await t.throwsAsync(search.search(query, {}, { signal: AbortSignal.abort() }), { code: "ERR_ABORTED" });
  },
);
