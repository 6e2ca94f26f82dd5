import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { ahead } from "../../lib/discovery/ahead.js";
import { listImages } from "../../lib/discovery/list-images.js";
import { packMap, unpackMap } from "../../lib/discovery/packed-map.js";
import { type ParameterOptions, resolveParameters } from "../../lib/discovery/parameters.js";
import { settleNeighbours } from "../../lib/discovery/settle-neighbours.js";
import { temporaryFolder } from "../support/folders.js";

test("a packed map comes back bit by bit", async (t) => {
  const value = fc.oneof(fc.constant(0), fc.float({ min: 0, noNaN: true, noDefaultInfinity: true }));
  const channels = fc.integer({ min: 1, max: 20 });
  await fc.assert(
    fc.asyncProperty(fc.array(value, { minLength: 20, maxLength: 100 }), channels, async (values, c) => {
      const cells = Math.floor(values.length / c);
      const map = { data: Float32Array.from(values.slice(0, cells * c)), height: 1, width: cells, channels: c };
      t.deepEqual(await unpackMap(await packMap(map), 1, cells, c), map);
    }),
  );
});

test("works ahead within its limit, gives results in order, and in batches of what is ready", async (t) => {
  let [running, most] = [0, 0];
  const work = async (i: number) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, i % 3));
    running--;
    return i;
  };
  const items = Array.from({ length: 30 }, (_, i) => i);
  const seen: number[] = [];
  for await (const batch of ahead(items, 4, work)) {
    t.true(batch.length >= 1 && batch.length <= 4);
    seen.push(...batch);
  }
  t.deepEqual(seen, items);
  t.true(most <= 4, `${most} at a time`);
});

test("hands on the error of an item, and lets no other go unhandled", async (t) => {
  const work = (i: number) => (i === 2 ? Promise.reject(new Error("two")) : Promise.resolve(i));
  const run = async () => {
    for await (const batch of ahead([0, 1, 2, 2, 2], 5, work)) t.true(batch.every((i) => i < 2));
  };
  await t.throwsAsync(run(), { message: "two" });
});

test("lists images by their endings in all folders, sorted, and says what it passes over", async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, "b/deep"), { recursive: true });
  await mkdir(join(folder, ".hidden"));
  await mkdir(join(folder, "collection"));
  const files = ["z.JPG", "a.png", "b/deep/c.webp", "b.tiff", ".hidden/d.jpg", "collection/e.jpg", "notes.txt", "jpg"];
  for (const file of files) await writeFile(join(folder, file), "");
  await symlink(folder, join(folder, "loop"));
  const listing = await listImages(folder, { except: join(folder, "collection") });
  t.deepEqual(listing, {
    images: ["a.png", "b.tiff", "b/deep/c.webp", "z.JPG"],
    ignored: ["jpg", "loop", "notes.txt"],
    skipped: [],
  });
  await t.throwsAsync(listImages(join(folder, "a.png")), { code: "ERR_IMAGE", message: /is a file/ });
  await t.throwsAsync(listImages(join(folder, "none")), { code: "ERR_IMAGE", message: /there is no folder/ });
});

test("auto settles how neighbours are found: by windows from some thousand regions on, unless the graph is asked to be exact", (t) => {
  const small = { regions: 700, cells: 50_000 };
  const medium = { regions: 9000, cells: 900_000 };
  const methods = (options: ParameterOptions, size: typeof small) => {
    const { graph, objectSaliency } = settleNeighbours(resolveParameters("default", options), size);
    return [graph.method, objectSaliency.method];
  };
  t.deepEqual(methods({}, small), ["exact", "exact"]);
  t.deepEqual(methods({}, medium), ["exact", "clustered"]);
  t.deepEqual(methods({}, { regions: 200_000, cells: 2e7 }), ["quantised", "clustered"]);
  t.deepEqual(methods({ graph: { method: "quantised" } }, small), ["quantised", "exact"]);
  t.deepEqual(methods({ graph: { method: "quantised" } }, medium), ["quantised", "clustered"]);
  t.deepEqual(methods({ graph: { method: "exact" } }, medium), ["exact", "exact"]);
  t.deepEqual(methods({ graph: { method: "hnsw" } }, small), ["hnsw", "hnsw"]);
  t.deepEqual(methods({ objectSaliency: { method: "exact" } }, medium), ["exact", "exact"]);
  t.deepEqual(methods({ graph: { method: "exact" }, objectSaliency: { method: "clustered" } }, small), [
    "exact",
    "clustered",
  ]);
  // Where few positions are looked up, or nearly all regions are asked for, an index does not pay.
  t.deepEqual(methods({}, { regions: 9000, cells: 700 }), ["exact", "exact"]);
  t.deepEqual(methods({ objectSaliency: { k: 1000 } }, medium), ["exact", "exact"]);
  t.throws(() => methods({ objectSaliency: { method: "quick" as never } }, small), {
    code: "ERR_INVALID_ARGUMENT",
    message: /objectSaliency\.method/,
  });
});
