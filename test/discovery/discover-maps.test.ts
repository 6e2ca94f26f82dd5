import test from "ava";
import {
  type DescriptorSet,
  type DiscoverEvent,
  discoverMaps,
  GLOBAL_DESCRIPTORS,
  globalVector,
  type GlobalDescriptor,
  needsObjectSaliency,
  selfSimilarity,
  whitenGlobalVectors,
} from "../../lib/index.js";
import { syntheticMaps } from "../support/synthetic-maps.js";

const invalid = { instanceOf: Error, code: "ERR_INVALID_ARGUMENT" };

test("finds the patterns that recur, each as one object", async (t) => {
  const found = await discoverMaps(syntheticMaps(24, { objects: 3 }));
  t.is(found.images.length, 24);
  t.is(found.objects.length, 3);
  for (const { photos } of found.objects) {
    t.is(photos.length, 8);
    t.is(new Set(photos.map((photo) => photo % 3)).size, 1, "photos of one pattern");
  }
  t.is(found.vectors.rows, found.owner.length);
  t.is(found.descriptors["OS.EGM"]?.vectors.rows, 24);
  const { box, x1 } = found.images[0]?.featureRegions[0] ?? { box: { x: 0, width: 0 }, x1: 0 };
  t.is(box.x + box.width, 16 * x1, "boxes are in pixels of the image");
});

test("the result does not depend on the number of threads or on how maps are given", async (t) => {
  const maps = syntheticMaps(9);
  const once = await discoverMaps(maps, { threads: 1 });
  const again = await discoverMaps(
    (async function* () {
      await Promise.resolve();
      yield* maps;
    })(),
    { threads: 3 },
  );
  t.deepEqual(again.images, once.images);
  t.deepEqual(again.vectors, once.vectors);
  t.deepEqual(again.descriptors, once.descriptors);
});

test("knows how alike each region's halves are, whether an image shows anything or not", async (t) => {
  const maps = syntheticMaps(70);
  const { map } = maps[3] as (typeof maps)[number];
  maps[3] = { ...maps[3], map: { ...map, data: new Float32Array(map.data.length) } } as (typeof maps)[number];
  const found = await discoverMaps(maps);
  const expected = found.images.flatMap(({ featureRegions }, i) =>
    Array.from(selfSimilarity((maps[i] as (typeof maps)[number]).map, featureRegions, found.whitening)),
  );
  t.is(found.selfSimilarity.length, expected.length);
  // Halves are kept in bytes.
  expected.forEach((value, i) => t.true(Math.abs(value - (found.selfSimilarity[i] as number)) < 0.02));
  t.true(Math.max(...expected) - Math.min(...expected) > 0.5);
});

test("with an index over the regions finds nearly the same, and the same on any number of threads", async (t) => {
  const maps = syntheticMaps(24);
  const exact = await discoverMaps(maps, { graph: { method: "exact" } });
  const clustered = await discoverMaps(maps, { graph: { method: "clustered" }, threads: 2 });
  t.deepEqual(
    clustered.objects.map(({ photos }) => photos),
    exact.objects.map(({ photos }) => photos),
  );
  clustered.images.forEach(({ objectSaliency }, i) => {
    const truth = exact.images[i]?.objectSaliency.data as Float32Array;
    const largest = Math.max(...truth);
    const near = objectSaliency.data.filter((value, p) => Math.abs(value - (truth[p] as number)) < 0.01 * largest);
    t.true(near.length > 0.98 * truth.length);
  });
  const again = await discoverMaps(maps, { graph: { method: "clustered" }, threads: 1 });
  t.deepEqual(again.images, clustered.images);
});

test("holds the kinds of descriptors asked for, each made of its image's own maps and regions", async (t) => {
  const maps = syntheticMaps(9);
  const found = await discoverMaps(maps, { descriptors: { kinds: GLOBAL_DESCRIPTORS } });
  for (const kind of GLOBAL_DESCRIPTORS) {
    const rows = maps.map(({ map }, i) => {
      const image = found.images[i] as (typeof found.images)[number];
      const parts = needsObjectSaliency(kind)
        ? { regions: image.objectRegions, saliency: image.objectSaliency }
        : { regions: image.featureRegions, saliency: image.featureSaliency };
      return globalVector(kind, map, parts);
    });
    const columns = found.whitening.channels;
    const data = Float32Array.from(rows.flatMap((row) => [...row]));
    const { descriptors, whitening } = await whitenGlobalVectors({ data, rows: 9, columns }, found.whitening);
    t.deepEqual(found.descriptors[kind], { vectors: descriptors, mean: whitening.mean }, kind);
  }
  const few = await discoverMaps(maps, { descriptors: { kinds: ["OS.wMAC", "GeM", "GeM"] } });
  t.deepEqual(Object.keys(few.descriptors), ["GeM", "OS.wMAC"]);
  t.deepEqual(few.descriptors["OS.wMAC"], found.descriptors["OS.wMAC"]);
  const kinds = (wrong: unknown) => discoverMaps(maps, { descriptors: { kinds: wrong as GlobalDescriptor[] } });
  await t.throwsAsync(kinds([]), { ...invalid, message: /at least one kind/ });
  await t.throwsAsync(kinds("MAC"), { ...invalid, message: /descriptors.kinds must be an array/ });
  await t.throwsAsync(kinds(["MAC", "VLAD"]), { ...invalid, message: /kinds\[1\] must be "MAC" or .*"VLAD"/ });
});

test("tells of its stages in order, up to the end of each", async (t) => {
  const ends: string[] = [];
  await discoverMaps(syntheticMaps(5), {
    onProgress: (event: DiscoverEvent) => {
      if (event.type === "progress" && event.done === event.total) ends.push(event.stage);
    },
  });
  t.deepEqual([...new Set(ends)].slice(0, 5), [
    "feature regions",
    "whitening",
    "graph",
    "centrality",
    "object regions",
  ]);
});

test("one map, and the same map twice", async (t) => {
  const [map] = syntheticMaps(1) as [ReturnType<typeof syntheticMaps>[number]];
  const alone = await discoverMaps([map]);
  t.true(alone.vectors.rows >= 1);
  t.true(alone.centrality.every((g) => Number.isFinite(g) && g > 0));
  const twice = await discoverMaps([map, { ...map, id: "again" }]);
  const [a, b] = twice.images;
  t.deepEqual(a?.objectSaliency, b?.objectSaliency);
  t.true((twice.graph.adjacency.indices.length ?? 0) > 0, "equal regions are joined");
});

test("refuses what it cannot use, and says why", async (t) => {
  const [map] = syntheticMaps(1) as [ReturnType<typeof syntheticMaps>[number]];
  await t.throwsAsync(discoverMaps([]), { code: "ERR_IMAGE", message: /no image/ });
  await t.throwsAsync(discoverMaps([map, map]), { ...invalid, message: /id must be different/ });
  const narrow = { id: "b", map: { data: new Float32Array(8).fill(1), height: 1, width: 1, channels: 8 } };
  await t.throwsAsync(discoverMaps([map, narrow]), invalid);
  const blank = { id: "b", map: { ...map.map, data: new Float32Array(map.map.data.length) } };
  await t.throwsAsync(discoverMaps([blank]), { code: "ERR_IMAGE", message: /no region stands out/ });
  const data = map.map.data.slice();
  data[5] = Number.NaN;
  await t.throwsAsync(discoverMaps([map, { id: "b", map: { ...map.map, data } }]), { ...invalid, message: /NaN/ });
  await t.throwsAsync(discoverMaps([{ id: "b", map: { ...map.map, height: 3 } }]), invalid);
  await t.throwsAsync(discoverMaps([map], { grpah: {} } as never), { ...invalid, message: /did you mean "graph"/ });
  await t.throwsAsync(discoverMaps([map], { graph: { k: -1 } }), invalid);
  await t.throwsAsync(discoverMaps([map], { signal: AbortSignal.abort() }), { code: "ERR_ABORTED" });
});

test("a map without any activation among others has no region, and a descriptor of zeros", async (t) => {
  const maps = syntheticMaps(4);
  const [first] = maps as [(typeof maps)[number]];
  const blank = { id: "blank", map: { ...first.map, data: new Float32Array(first.map.data.length) } };
  const found = await discoverMaps([...maps, blank]);
  const image = found.images[4];
  t.deepEqual([image?.featureRegions, image?.objectRegions], [[], []]);
  t.true(image?.objectSaliency.data.every((s) => s === 0));
  const { vectors } = found.descriptors["OS.EGM"] as DescriptorSet;
  t.true(vectors.data.subarray(4 * vectors.columns).every((v) => v === 0));
});
