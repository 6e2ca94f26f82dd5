/** What the whitening of a run is learnt from: PCA, pairs of a file, views of the collection's own photos. */
import { rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import {
  discover,
  type DiscoverEvent,
  discoverMaps,
  type DiscoverOptions,
  poolRegionsBatch,
  Whitening,
} from "../../lib/index.js";
import { resolveParameters } from "../../lib/discovery/parameters.js";
import { chooseWhitening, PHOTOS_THAT_TEACH } from "../../lib/discovery/whitening-lessons.js";
import { readPairs } from "../../lib/discovery/pairs-file.js";
import { temporaryFolder } from "../support/folders.js";
import { makePhotos } from "../support/photos.js";
import { syntheticMaps } from "../support/synthetic-maps.js";
import { TINY_DESCRIPTION, tinyGraph, writeModel } from "../support/tiny-network.js";

const whitening = { method: "self" } as const;

async function setting(t: ExecutionContext, count: number) {
  const root = await temporaryFolder(t);
  const photos = join(root, "photos");
  await mkdir(photos);
  const paths = await makePhotos(photos, count);
  const model = { path: writeModel(root, "tiny.onnx", tinyGraph()), description: { ...TINY_DESCRIPTION } };
  const run = (out: string, options: Partial<DiscoverOptions> = {}) =>
    discover(photos, { out: join(root, out), extractor: { model }, ...options });
  return { root, photos, paths, run };
}

test("views of the photos teach it; seed and number choose them, threads do not matter", async (t) => {
  const { run } = await setting(t, 5);
  const self = await run("self", { whitening });
  t.is(self.manifest.timings.pairs?.items, 5);
  t.deepEqual((await run("again", { whitening, threads: 1 })).manifest.files, self.manifest.files);
  const projection = (collection: typeof self) => collection.manifest.files["whitening-projection.npy"]?.sha256;
  t.truthy(projection(self));
  const others = await Promise.all([
    run("seed", { whitening: { ...whitening, seed: 2 } }),
    run("fewer", { whitening: { ...whitening, photos: 2 } }),
    run("pca"),
  ]);
  t.is(new Set([self, ...others].map(projection)).size, 4);
  t.is(others[1]?.manifest.timings.pairs?.items, 2);
  t.is(others[2]?.manifest.timings.pairs, undefined);
  t.like(others[2]?.manifest.parameters.whitening, { method: "pca" });
});

test("left to itself, it takes pairs that are given, else views where there are photos enough, else PCA", async (t) => {
  const { root } = await setting(t, 0);
  const pairs = join(root, "pairs.csv");
  await writeFile(pairs, "a,b\n");
  const chosen = async (photos: number, options: NonNullable<DiscoverOptions["whitening"]> = {}) => {
    const { parameters, given } = await chooseWhitening(resolveParameters("default", { whitening: options }), photos);
    t.is(given.length, options.pairs ? 1 : 0);
    return parameters.whitening.method;
  };
  t.is(await chosen(0), "pca");
  t.is(await chosen(PHOTOS_THAT_TEACH - 1), "pca");
  t.is(await chosen(PHOTOS_THAT_TEACH), "self");
  t.is(await chosen(5000, { pairs }), "pairs");
  t.is(await chosen(5000, { method: "pca" }), "pca");
});

test("stopped among its views, a run goes on with those that it has, bit for bit", async (t) => {
  const { run } = await setting(t, 40);
  const whole = await run("whole", { whitening });
  const controller = new AbortController();
  const onProgress = (event: DiscoverEvent) => {
    if (event.type === "progress" && event.stage === "pairs" && event.done > 0) controller.abort();
  };
  await t.throwsAsync(run("out", { whitening, threads: 1, signal: controller.signal, onProgress }), {
    code: "ERR_ABORTED",
  });
  let resumed = 0;
  const watch = (event: DiscoverEvent) => {
    if (event.type === "progress" && event.stage === "pairs") resumed = event.resumed;
  };
  const collection = await run("out", { whitening, onProgress: watch });
  t.true(resumed >= 1 && resumed < 40, `${resumed} resumed`);
  t.deepEqual(collection.manifest.files, whole.manifest.files);
});

test("photos that are gone teach nothing, and the run says so", async (t) => {
  const { photos, paths, run } = await setting(t, 3);
  const onProgress = (event: DiscoverEvent) => {
    if (event.type !== "progress" || event.stage !== "pairs" || event.done > 0) return;
    for (const path of paths) rmSync(join(photos, path), { force: true });
  };
  const { manifest } = await run("out", { whitening, onProgress });
  t.is(manifest.warnings.filter((warning) => warning.includes("could not be looked at again, and teaches")).length, 3);
  t.true(manifest.warnings.some((warning) => warning.includes("the whitening is that of PCA")));
});

test("pairs of a file teach it, each place the maximum over its cells", async (t) => {
  const root = await temporaryFolder(t);
  const file = join(root, "pairs.csv");
  const maps = syntheticMaps(4);
  const [a, b, c] = maps as [(typeof maps)[number], (typeof maps)[number], (typeof maps)[number]];
  const size = a.image ?? { width: a.map.width, height: a.map.height };
  const half = `0,0,${size.width / 2},${size.height}`;
  await writeFile(file, `image,x,y,width,height,image\r\n${a.id},${half},${b.id},,,,\n"${c.id}",,,,,${a.id},${half}\n`);
  const found = await discoverMaps(maps, { whitening: { pairs: file, dimensions: 6 } });
  t.is(found.whitenedBy, "pairs");

  const maximum = ({ map }: typeof a, columns: number) =>
    Float32Array.from({ length: map.channels }, (_, j) => {
      let most = 0;
      for (let y = 0; y < map.height; y++) {
        for (let x = 0; x < columns; x++) most = Math.max(most, map.data[(y * map.width + x) * map.channels + j] ?? 0);
      }
      return most;
    });
  const { channels, width } = a.map;
  const matching = new Float32Array(3 * channels);
  [maximum(a, Math.ceil(width / 2)), maximum(b, width), maximum(c, width)].forEach((row, i) =>
    matching.set(row, i * channels),
  );
  const rows = await regionsOf(maps);
  const expected = await Whitening.fitSupervised(rows, Int32Array.of(0, 1, 2, 0), {
    matching: { data: matching, rows: 3, columns: channels },
    dimensions: 6,
  });
  t.deepEqual(found.whitening.projection, expected.projection);
  t.deepEqual((await discoverMaps(maps)).whitenedBy, "pca");
});

/** Region vectors of all maps, before whitening. */
async function regionsOf(maps: ReturnType<typeof syntheticMaps>) {
  const { images } = await discoverMaps(maps);
  return poolRegionsBatch(
    maps.map(({ map }) => map),
    images.map(({ featureRegions }) => featureRegions),
  );
}

test("says what is wrong with a file of pairs, and with a method that lacks what it needs", async (t) => {
  const root = await temporaryFolder(t);
  const file = join(root, "pairs.csv");
  const maps = syntheticMaps(2);
  const [a = { id: "" }, b = { id: "" }] = maps;
  const refused = async (content: string, message: RegExp) => {
    await writeFile(file, content);
    await t.throwsAsync(discoverMaps(maps, { whitening: { pairs: file } }), { code: "ERR_GROUND_TRUTH", message });
  };
  await refused("image,image\n", /holds no pair/);
  await refused("a,b,c\n", /line 1: expected image,image or image,x,y,width,height/);
  await refused(`${a.id},0,0,5,0,${b.id},,,,\n`, /line 1: a box is x,y,width,height in pixels, got "0,0,5,0"/);
  await refused(`${a.id},0,,5,5,${b.id},,,,\n`, /a box is x,y,width,height/);
  await refused(`,0,0,5,5,${b.id},,,,\n`, /an image has no name/);
  await refused(`nobody,${b.id}\nno one,nobody\n`, /2 images that the pairs name are not .* \(nobody, no one\)/);
  await refused(`${a.id},9000,0,5,5,${b.id},,,,\n`, /a pair's place in .*: box must be at least partly within/);
  await refused(`"${a.id},${b.id}\n`, /never closed/);
  await t.throwsAsync(readPairs(join(root, "none.csv")), { code: "ERR_GROUND_TRUTH", message: /cannot be read/ });

  const wrong = (options: NonNullable<DiscoverOptions["whitening"]>, message: RegExp) =>
    t.throwsAsync(discoverMaps(maps, { whitening: options }), { code: "ERR_INVALID_ARGUMENT", message });
  await wrong({ method: "self" }, /where activation maps are given without photos/);
  await wrong({ method: "pairs" }, /whitening.pairs must be a file of pairs, got null/);
  await wrong({ method: "pca", pairs: file }, /whitening.pairs must be left out with method "pca"/);
  await wrong({ method: "lda" as never }, /whitening.method must be/);
  await wrong({ photos: 0 }, /whitening.photos must be/);
  await wrong({ seed: 0.5 }, /whitening.seed must be/);
});
