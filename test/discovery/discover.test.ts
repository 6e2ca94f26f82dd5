import { spawnSync } from "node:child_process";
import { copyFile, mkdir, readdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import test, { type ExecutionContext } from "ava";
import sharp from "sharp";
import { FolderLock } from "../../lib/collection/lock.js";
import { Collection, discover, type DiscoverEvent, type DiscoverOptions } from "../../lib/index.js";
import { temporaryFolder } from "../support/folders.js";
import { makePhotos } from "../support/photos.js";
import { sharedData } from "../support/shared.js";
import { syntheticMaps } from "../support/synthetic-maps.js";
import { TINY_DESCRIPTION, tinyGraph, writeModel } from "../support/tiny-network.js";

/** A folder for photos, one for the collection, and a network that takes no time. */
async function setting(t: ExecutionContext) {
  const root = await temporaryFolder(t);
  const photos = join(root, "photos");
  await mkdir(photos);
  const model = { path: writeModel(root, "tiny.onnx", tinyGraph()), description: { ...TINY_DESCRIPTION } };
  const run = (options: Partial<DiscoverOptions> = {}) =>
    discover(photos, { out: join(root, "out"), extractor: { model }, ...options });
  return { root, photos, out: join(root, "out"), model, run };
}

/** Files but for the records, which hold hashes of photos as well. */
const filesOf = (collection: Collection) => collection.manifest.files;

test("a folder of photos becomes a collection that opens without them", async (t) => {
  const { photos, out, run } = await setting(t);
  const paths = await makePhotos(photos, 6);
  await writeFile(join(photos, "notes.txt"), "");
  await writeFile(join(photos, "broken.jpg"), "not a photo");
  await writeFile(join(photos, "empty.png"), "");
  const skipped: string[] = [];
  await run({ onProgress: (event) => event.type === "skipped" && skipped.push(event.path) });
  await rm(photos, { recursive: true });

  const collection = await Collection.open(out);
  const { manifest, images } = collection;
  t.deepEqual(
    images.map(({ path }) => path),
    [...paths].sort(),
  );
  t.deepEqual(manifest.ignored, ["notes.txt"]);
  t.deepEqual(manifest.skipped.map(({ path, code }) => [path, code]).sort(), [
    ["broken.jpg", "ERR_IMAGE"],
    ["empty.png", "ERR_IMAGE"],
  ]);
  t.deepEqual(skipped.sort(), ["broken.jpg", "empty.png"]);
  t.deepEqual(images[0]?.map, { width: 48, height: 36 });
  t.is(manifest.model?.name, "tiny");
  const model = await collection.regionModel();
  t.is(model.vectors.rows, manifest.counts.regions);
  t.is((await collection.graph()).size, manifest.counts.regions);
  for (const kind of manifest.descriptors) t.is((await collection.descriptors(kind)).rows, 6);
  const centrality = images.flatMap(({ featureRegions }) => featureRegions.map((region) => region.centrality));
  t.deepEqual(Float32Array.from(centrality), model.centrality);
  t.is((await collection.objectSaliency(3)).data.length, 48 * 36);
  t.deepEqual(await readdir(out), ["data-0001", "manifest.json"]);
});

test("maps extracted again give the same collection as maps kept, bit for bit", async (t) => {
  const { photos, root, run } = await setting(t);
  await makePhotos(photos, 5);
  const kept = await run();
  const again = await run({ out: join(root, "again"), maps: "extract-again", threads: 1 });
  t.deepEqual(filesOf(again), filesOf(kept));
});

test("a collection holds the kinds of descriptors asked for, and says which", async (t) => {
  const { photos, root, run } = await setting(t);
  await makePhotos(photos, 5);
  const kinds = ["CroW", "FS.wEGM", "OS.wMAC"] as const;
  const kept = await run({ descriptors: { kinds } });
  t.deepEqual(kept.manifest.descriptors, [...kinds]);
  t.like(kept.manifest.parameters, { descriptors: { kinds } });
  const other = await run({ out: join(root, "other"), descriptors: { kinds: ["MAC", ...kinds] } });
  for (const kind of kinds) t.deepEqual(await kept.descriptors(kind), await other.descriptors(kind), kind);
  await t.throwsAsync(kept.descriptors("MAC"), { code: "ERR_INVALID_ARGUMENT", message: /"CroW" or/ });
});

test("the manifest says how neighbours were found; clusters give the same collection again, and nearly the exact one", async (t) => {
  const { photos, root, run } = await setting(t);
  await makePhotos(photos, 6);
  const exact = await run();
  t.like(exact.manifest.parameters, { graph: { method: "exact" }, objectSaliency: { method: "exact" } });
  t.is(exact.manifest.timings["region index"], undefined);
  const clustered = await run({ out: join(root, "clustered"), graph: { method: "clustered" }, threads: 1 });
  t.like(clustered.manifest.parameters, { graph: { method: "clustered" }, objectSaliency: { method: "clustered" } });
  t.is(clustered.manifest.timings["region index"]?.items, clustered.manifest.counts.regions);
  const again = await run({ out: join(root, "again"), graph: { method: "clustered" }, threads: 2 });
  t.deepEqual(filesOf(again), filesOf(clustered));
  const [one, other] = [await exact.objectSaliency(0), await clustered.objectSaliency(0)];
  const largest = Math.max(...one.data);
  const near = one.data.filter((value, p) => Math.abs(value - (other.data[p] as number)) < 0.05 * largest).length;
  t.true(near > 0.9 * one.data.length, `${near} of ${one.data.length}`);
});

/** Stops a run of one thread as soon as its first pass has done an image, or a few. */
async function stopEarly(run: (options: Partial<DiscoverOptions>) => Promise<unknown>, t: ExecutionContext) {
  const controller = new AbortController();
  const onProgress = (event: DiscoverEvent) => {
    if (event.type === "progress" && event.done > event.resumed) controller.abort();
  };
  await t.throwsAsync(run({ threads: 1, signal: controller.signal, onProgress }), { code: "ERR_ABORTED" });
}

test("a stopped run is gone on with, and images that changed are done again", async (t) => {
  const { photos, out, root, run } = await setting(t);
  const paths = await makePhotos(photos, 12);
  const whole = await run({ out: join(root, "whole") });
  await stopEarly(run, t);
  await t.throwsAsync(Collection.open(out), { code: "ERR_COLLECTION_CORRUPT", message: /unfinished/ });

  let resumed = 0;
  const watch = (event: DiscoverEvent) => {
    if (event.type === "progress" && event.stage === "feature regions") resumed = event.resumed;
  };
  await stopEarly(run, t);
  const [first = ""] = paths;
  await utimes(join(photos, first), new Date(1e9), new Date(1e9));
  const collection = await run({ onProgress: watch });
  t.true(resumed >= 1 && resumed < 12, `${resumed} resumed`);
  t.deepEqual(filesOf(collection), filesOf(whole));
});

test("where work is kept, the network sees what is new, and a folder gives what it gives from nothing", async (t) => {
  const { photos, out, root, run } = await setting(t);
  const paths = await makePhotos(photos, 9);
  const later = paths.slice(6).map((path, i) => [join(photos, path), join(root, `later-${i}`)] as const);
  for (const [here, elsewhere] of later) await rename(here, elsewhere);
  let resumed = -1;
  const onProgress = (event: DiscoverEvent) => {
    if (event.type === "progress" && event.stage === "feature regions") resumed = event.resumed;
  };
  const options = { keepWork: true, whitening: { method: "self" }, onProgress } as const;
  await run(options);
  const work = await readdir(join(out, "work"));
  t.true(work.length > 0 && work.every((name) => /^(first|views)-/.test(name)), work.join(", "));

  for (const [here, elsewhere] of later) await rename(elsewhere, here);
  await rm(join(photos, paths[0] as string));
  await utimes(join(photos, paths[1] as string), new Date(1e9), new Date(1e9));
  const grown = await run(options);
  t.is(resumed, 4);
  const again = await run({ ...options, keepWork: false });
  t.is(resumed, 8);
  t.deepEqual(await readdir(out), ["data-0003", "manifest.json"]);
  const whole = await run({ ...options, out: join(root, "whole") });
  for (const collection of [grown, again]) t.deepEqual(filesOf(collection), filesOf(whole));
});

test("other options for later stages keep what the first pass did; other options for it do not", async (t) => {
  const { photos, run } = await setting(t);
  await makePhotos(photos, 6);
  const controller = new AbortController();
  const stop = (event: DiscoverEvent) => {
    if (event.type === "progress" && event.stage === "object regions") controller.abort();
  };
  await t.throwsAsync(run({ signal: controller.signal, onProgress: stop }), { code: "ERR_ABORTED" });
  const resumedWith = async (options: Partial<DiscoverOptions>) => {
    let resumed = -1;
    const again = new AbortController();
    const onProgress = (event: DiscoverEvent) => {
      if (event.type !== "progress") return;
      if (event.stage === "feature regions") resumed = event.resumed;
      if (event.stage === "object regions") again.abort();
    };
    await t.throwsAsync(run({ ...options, signal: again.signal, onProgress }), { code: "ERR_ABORTED" });
    return resumed;
  };
  t.is(await resumedWith({ graph: { k: 3 } }), 6);
  t.is(await resumedWith({ featureRegions: { rho: 2 } }), 0);
});

test("one photo, two that are the same, a tiny and a very long one", async (t) => {
  const { photos, root, run } = await setting(t);
  const [first = ""] = await makePhotos(photos, 1);
  t.is((await run()).images.length, 1);
  await copyFile(join(photos, first), join(photos, "copy.png"));
  const two = await run();
  t.is(two.images.length, 2);
  t.deepEqual((await two.objectSaliency(0)).data, (await two.objectSaliency(1)).data);
  const sized = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: "#a33" } }).composite([
      { input: { create: { width: 1, height: 1, channels: 3, background: "#fff" } }, left: 0, top: 0 },
    ]);
  await sized(1, 1).toFile(join(photos, "tiny.png"));
  await sized(3000, 3).toFile(join(photos, "long.png"));
  const four = await run({ out: join(root, "four") });
  t.deepEqual(
    four.images.map(({ path }) => path),
    ["copy.png", "long.png", "photo-0.png", "tiny.png"],
  );
  t.deepEqual(four.images[1]?.fed.width, 1024);
});

test("says what is wrong with a folder in which nothing can be found, and leaves nothing behind", async (t) => {
  const { photos, root, out, run } = await setting(t);
  const refused = async (message: RegExp) => {
    await t.throwsAsync(run(), { code: "ERR_IMAGE", message });
    await t.throwsAsync(readdir(out), { code: "ENOENT" });
  };
  await refused(/there is no image in .*photos$/);
  await writeFile(join(photos, "notes.txt"), "");
  await refused(/there is no image in .*\(1 other files were ignored\)/);
  await writeFile(join(photos, "a.jpg"), "x");
  await refused(/none of the 1 images of .* can be used; the first, a\.jpg/);
  const blank = { width: 40, height: 40, channels: 3 as const, background: "#000" };
  await sharp({ create: blank }).toFile(join(photos, "b.png"));
  await t.throwsAsync(run(), { code: "ERR_IMAGE", message: /no region stands out/ });
  await t.throwsAsync(discover(join(root, "none"), { out }), { code: "ERR_IMAGE", message: /there is no folder/ });
  await t.throwsAsync(discover(join(photos, "b.png"), { out }), { code: "ERR_IMAGE", message: /is a file/ });
});

test("respects a folder that is something else, that is in use, or that is newer", async (t) => {
  const { root } = await setting(t);
  const maps = syntheticMaps(2);
  const into = (name: string) => discover(maps, { out: join(root, name) });
  await mkdir(join(root, "other"));
  await writeFile(join(root, "other/precious.txt"), "");
  await t.throwsAsync(into("other"), { code: "ERR_COLLECTION", message: /holds something else \(precious\.txt\)/ });
  t.deepEqual(await readdir(join(root, "other")), ["precious.txt"]);
  await t.throwsAsync(into("tiny.onnx"), { code: "ERR_COLLECTION", message: /is a file/ });
  await t.throwsAsync(discover(maps, { out: "/sys/nowhere" }), { code: "ERR_DISK" });

  await mkdir(join(root, "used"));
  const lock = await FolderLock.acquire(join(root, "used"));
  await t.throwsAsync(into("used"), { code: "ERR_COLLECTION", message: /is being written by process/ });
  await lock.release();

  await mkdir(join(root, "newer"));
  await writeFile(join(root, "newer/manifest.json"), '{ "format": "leitmotif-collection", "version": 9 }');
  await t.throwsAsync(into("newer"), { code: "ERR_COLLECTION_VERSION", message: /format version 9/ });
});

test("tells of a wrong option before any work", async (t) => {
  const { root } = await setting(t);
  const maps = syntheticMaps(2);
  const refused = (options: object, message: RegExp) =>
    t.throwsAsync(discover(maps, { out: join(root, "out"), ...options }), { code: "ERR_INVALID_ARGUMENT", message });
  await refused({ graph: { k: 0 } }, /k must be/);
  await refused({ objectSaliency: { sied: 1 } }, /did you mean "side"/);
  await refused({ centrality: { alpha: 1 } }, /alpha must be/);
  await refused({ preset: "papr" }, /preset must be "default" or "paper"/);
  await refused({ maps: "extract-again" }, /maps must be "keep" where activation maps are given/);
  await refused({ whitening: { dimensions: 0 } }, /dimensions must be/);
  await t.throwsAsync(readdir(join(root, "out")), { code: "ENOENT" });
});

test("stops within a second of its signal, at any stage", async (t) => {
  const { root } = await setting(t);
  const maps = syntheticMaps(40);
  for (const stage of ["feature regions", "graph", "object regions", "writing"]) {
    const controller = new AbortController();
    let stopped = 0;
    const onProgress = (event: DiscoverEvent) => {
      if (event.type !== "progress" || event.stage !== stage || stopped) return;
      stopped = performance.now();
      controller.abort();
    };
    await t.throwsAsync(discover(maps, { out: join(root, stage), signal: controller.signal, onProgress }), {
      code: "ERR_ABORTED",
    });
    t.log(`${stage}: ${Math.round(performance.now() - stopped)} ms`);
  }
});

test("a full disk is an error that says so, and what is done stays", async (t) => {
  const root = await temporaryFolder(t);
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=192k", "none", root]).status === 0;
  if (!mounted) {
    t.log("not checked: a small file system cannot be mounted here");
    return t.pass();
  }
  t.teardown(() => spawnSync("umount", [root]));
  const maps = syntheticMaps(60);
  await discover(maps.slice(0, 2), { out: root });
  const before = (await Collection.open(root)).manifest.files;
  await t.throwsAsync(discover(maps, { out: root }), {
    code: "ERR_DISK",
    message: /the disk is full; free some space/,
  });
  t.deepEqual((await Collection.open(root)).manifest.files, before, "the earlier collection stands");
  spawnSync("mount", ["-o", "remount,size=16m", root]);
  let resumed = 0;
  const collection = await discover(maps, {
    out: root,
    onProgress: (event) => {
      if (event.type === "progress") resumed = Math.max(resumed, event.resumed);
    },
  });
  t.is(collection.images.length, 60);
  t.true(resumed > 0, "the images that fitted are not done again");
});

test("works in several threads at once", async (t) => {
  const { photos, root, model } = await setting(t);
  await makePhotos(photos, 4);
  const script = new URL("../support/discover-in-worker.js", import.meta.url);
  const files = await Promise.all(
    ["a", "b", "c"].map(
      (name) =>
        new Promise((resolve, reject) => {
          const worker = new Worker(script, { workerData: { photos, out: join(root, name), model } });
          worker.once("message", resolve);
          worker.once("error", reject);
        }),
    ),
  );
  t.deepEqual(files[1], files[0]);
  t.deepEqual(files[2], files[0]);
});

test("every odd file is used or named with its reason", async (t) => {
  const odd = sharedData(t, "odd-files");
  if (!odd) return;
  const { root, model } = await setting(t);
  const { images, manifest } = await discover(odd, { out: join(root, "out"), extractor: { model, maxSide: 128 } });
  const told = [...images.map(({ path }) => path), ...manifest.skipped.map(({ path }) => path), ...manifest.ignored];
  t.deepEqual(told.sort(), (await readdir(odd)).sort());
  t.true(manifest.skipped.every(({ reason }) => reason.length > 20));
});
