import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import {
  averagePrecision,
  type Collection,
  discover,
  evaluate,
  GLOBAL_DESCRIPTORS,
  QueryDescriber,
  rank,
  readGroundTruth,
} from "../../lib/index.js";
import { temporaryFolder } from "../support/folders.js";
import { writeKnownCollection } from "../support/known-collection.js";
import { makePhotos } from "../support/photos.js";
import { TINY_DESCRIPTION, tinyGraph, writeModel } from "../support/tiny-network.js";
import { vocAnnotation } from "../support/voc.js";

/** Two images of 32 x 16 pixels and two cells, the left of which shows a cup. */
async function cups(t: ExecutionContext) {
  const root = await temporaryFolder(t);
  const saliency = [
    { feature: [1, 3], object: [3, 1] },
    { feature: [0, 0], object: [1, 0] },
  ] as const;
  const images = ["a.jpg", "b.jpg", "c.jpg"].map((path, i) => ({
    path,
    regions: [30 * i, 30 * i + 5],
    objects: [i < 2 ? 0 : 1, i < 2 ? -1 : 1],
    saliency: saliency[i] && { feature: [...saliency[i].feature], object: [...saliency[i].object] },
  })) as Parameters<typeof writeKnownCollection>[1];
  const collection = await writeKnownCollection(join(root, "collection"), images, { MAC: [0, 30, 60] });
  await mkdir(join(root, "voc"));
  await writeFile(join(root, "voc/a.xml"), vocAnnotation("a.jpg", [32, 16], [["cup", [1, 1, 16, 16]]]));
  await writeFile(join(root, "voc/b.xml"), vocAnnotation("b.jpg", [32, 16], [["cup", [1, 9, 32, 16]]]));
  return { root, collection, truth: await readGroundTruth("boxes", join(root, "voc")) };
}

const oneCell = () => ({ map: { data: Float32Array.of(1, 0), height: 1, width: 1, channels: 2 } });

test("saliency precision, its histogram and CorLoc, by hand", async (t) => {
  const { collection, truth } = await cups(t);
  const { localisation } = await evaluate(collection, "boxes", truth, { querySource: oneCell, diffusion: [false] });
  t.is(localisation?.images, 2);
  t.is(localisation?.boxShare, 0.5);
  // a: 1 of 4 and 3 of 4 inside; b: half of each cell inside, and nothing salient in its feature map.
  t.is(localisation?.feature.precision, (1 / 4 + 0) / 2);
  t.is(localisation?.object.precision, (3 / 4 + 1 / 2) / 2);
  t.deepEqual(
    localisation?.object.histogram.flatMap((count, i) => (count > 0 ? [[i, count]] : [])),
    [
      [10, 1],
      [15, 1],
    ],
  );
  // The one region, the left cell, is a's cup; it shares a third of its union with b's: 128 of 384 pixels.
  t.deepEqual(localisation?.object.corLoc, { any: 1 / 2, first: 1 / 2 });
});

test("boxes drawn on an image of another size are refused", async (t) => {
  const { root, collection } = await cups(t);
  await writeFile(join(root, "voc/a.xml"), vocAnnotation("a.jpg", [16, 32], [["cup", [1, 1, 16, 16]]]));
  const truth = await readGroundTruth("boxes", join(root, "voc"));
  await t.throwsAsync(evaluate(collection, "boxes", truth, { querySource: oneCell }), {
    code: "ERR_GROUND_TRUTH",
    message: /a\.jpg were drawn on an image of 16 x 32 pixels.* has 32 x 16/,
  });
});

test("found objects against labels: purity, coverage, labels found", async (t) => {
  const { root, collection } = await cups(t);
  await writeFile(join(root, "labels.csv"), "a,cup\nb,pot\nc,pot\n");
  const truth = await readGroundTruth("groups", join(root, "labels.csv"));
  const { groups, localisation, notes } = await evaluate(collection, "groups", truth);
  // Object 0 shows a cup and a pot, object 1 a pot.
  t.like(groups, { purity: 2 / 3, coverage: 1, labelsFound: 2, labels: 2, groups: 2 });
  t.is(localisation, null);
  t.regex(notes.join(), /regions is left out: .*given activation maps/);
});

/** Rankings of an independent search: every query cropped and described, all images by their inner product with it. */
async function bruteForce(collection: Collection, photos: string, kind: string, boxes: Map<string, number[]>) {
  await using describer = new QueryDescriber(collection);
  const { data, rows, columns } = await collection.descriptors(kind);
  const averages: number[] = [];
  for (const [path, [x0 = 0, y0 = 0, x1 = 0, y1 = 0]] of boxes) {
    const box = { x: x0 - 1, y: y0 - 1, width: x1 - x0 + 1, height: y1 - y0 + 1 };
    const query = await describer.vectors([{ image: join(photos, path), box }], kind);
    const scores = Float32Array.from({ length: rows }, (_, i) =>
      query.data.reduce((sum, value, j) => sum + value * (data[i * columns + j] as number), 0),
    );
    const own = collection.images.findIndex((image) => image.path === path);
    const positive = [...boxes.keys()].map((other) => collection.images.findIndex((image) => image.path === other));
    const { ids } = await rank(scores);
    averages.push(averagePrecision(ids, { positive: positive.filter((id) => id !== own), junk: [own] }));
  }
  return averages;
}

test("boxes: each is cropped, fed and pooled as the collection's images, and searched by every method", async (t) => {
  const root = await temporaryFolder(t);
  const photos = join(root, "photos");
  const paths = await makePhotos(photos, 8);
  const model = { path: writeModel(root, "tiny.onnx", tinyGraph()), description: TINY_DESCRIPTION };
  const kinds = GLOBAL_DESCRIPTORS;
  const collection = await discover(photos, { out: join(root, "out"), extractor: { model }, descriptors: { kinds } });
  const boxes = new Map(paths.slice(0, 4).map((path, i) => [path, [1 + 4 * i, 5, 50 + 4 * i, 60]]));
  const voc = join(root, "voc");
  await mkdir(join(voc, "sub"), { recursive: true });
  for (const [path, box] of boxes) {
    const text = vocAnnotation(path, [96, 72], [["square", box as [number, number, number, number]]]);
    await writeFile(join(voc, path.replace(".png", ".xml")), text);
  }
  const truth = await readGroundTruth("boxes", voc);
  const evaluation = await evaluate(collection, "boxes", truth);
  t.deepEqual(
    evaluation.methods.map(({ method, diffusion }) => [method, diffusion]),
    [...kinds, "regions", "R-Match"].flatMap((method) => [
      [method, false],
      [method, true],
    ]),
  );
  for (const kind of ["MAC", "R-MAC", "OS.EGM"]) {
    const row = evaluation.methods.find(({ method, diffusion }) => method === kind && !diffusion);
    // The queries come in the order of their files.
    const sorted = new Map([...boxes].sort(([a], [b]) => (a < b ? -1 : 1)));
    t.deepEqual(row?.averagePrecisions, await bruteForce(collection, photos, kind, sorted), kind);
  }
  t.true(evaluation.methods.every(({ mAP, interval }) => mAP >= interval.low && mAP <= interval.high && mAP > 0));
  t.deepEqual(
    (await evaluate(collection, "boxes", truth, { methods: ["GeM"], diffusion: [true] })).methods[0]?.averagePrecisions,
    evaluation.methods.find(({ method, diffusion }) => method === "GeM" && diffusion)?.averagePrecisions,
  );
});
