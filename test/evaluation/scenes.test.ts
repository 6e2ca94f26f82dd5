import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import sharp from "sharp";
import { generateScenes, readGroundTruth, resolveGroundTruth, type SceneSetOptions } from "../../lib/index.js";

const SMALL = { images: 8, objects: 2, distractors: 2, size: 200 };

async function generated(t: { teardown(f: () => Promise<void>): void }, options: Partial<SceneSetOptions>) {
  const out = await mkdtemp(join(tmpdir(), "leitmotif-scenes-"));
  t.teardown(() => rm(out, { recursive: true, force: true }));
  const set = await generateScenes({ ...SMALL, ...options, out });
  const truth = JSON.parse(await readFile(join(out, "scenes.json"), "utf8"));
  return { out, set, truth };
}

test("a seed names a set: the same seed the same bytes, another seed others", async (t) => {
  const [a, b, c] = [await generated(t, { seed: 5 }), await generated(t, { seed: 5 }), await generated(t, { seed: 6 })];
  const files = (await readdir(a.out, { recursive: true })).filter((file) => /\.\w+$/.test(file)).sort();
  const pictures = files.filter((file) => file.endsWith(".jpg"));
  t.is(pictures.length, 8 + 2 + 2);
  for (const file of files) t.deepEqual(await readFile(join(a.out, file)), await readFile(join(b.out, file)), file);
  for (const file of pictures)
    t.notDeepEqual(await readFile(join(a.out, file)), await readFile(join(c.out, file)), file);
});

test("every object is in its share of the scenes, its box inside the picture, in JSON and in Pascal VOC", async (t) => {
  const { out, set, truth } = await generated(t, { images: 12, objects: 3, occurrences: 6, distractors: 0 });
  t.is(truth.images.length, 12);
  t.is(truth.objects.length, 3);
  let boxes = 0;
  for (const image of truth.images) {
    const { width, height } = await sharp(join(out, image.path)).metadata();
    t.deepEqual([image.width, image.height], [width, height]);
    const voc = await readFile(join(out, image.path.replace("images", "annotations").replace("jpg", "xml")), "utf8");
    for (const { name, box, visible } of image.objects) {
      t.true(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height);
      t.true(box.width > 4 && box.height > 4 && visible > 0 && visible <= 1);
      t.true(voc.includes(`<name>${name}</name>`) && voc.includes(`<xmin>${box.x + 1}</xmin>`));
      boxes++;
    }
  }
  t.is(boxes, set.boxes);
  t.true(boxes >= 9 && boxes <= 18, `${boxes} of 18 placed objects are visible enough to be listed`);
  for (const object of truth.objects) t.truthy(object.box, `${object.name} is seen in its query`);
});

test("without objects nothing is listed", async (t) => {
  const { out, set, truth } = await generated(t, { objects: 0 });
  t.false((await readdir(out)).includes("ground-truth.json"));
  t.is(set.boxes, 0);
  t.deepEqual(truth.objects, []);
  t.true(truth.images.every((image: { objects: unknown[] }) => image.objects.length === 0));
});

test("a scene is the same but for the objects that it shows", async (t) => {
  const without = await generated(t, { objects: 0 });
  const withOne = await generated(t, { objects: 1, occurrences: 4 });
  const same = await Promise.all(
    withOne.truth.images.map(async ({ path }: { path: string }) =>
      (await readFile(join(withOne.out, path))).equals(await readFile(join(without.out, path))),
    ),
  );
  t.is(same.filter(Boolean).length, 4);
});

test("stops when asked, and leaves no ground truth that reads as complete", async (t) => {
  const out = await mkdtemp(join(tmpdir(), "leitmotif-scenes-"));
  t.teardown(() => rm(out, { recursive: true, force: true }));
  const controller = new AbortController();
  const run = { signal: controller.signal, onProgress: (fraction: number) => fraction > 0.3 && controller.abort() };
  await t.throwsAsync(generateScenes({ ...SMALL, out }, run), { code: "ERR_ABORTED" });
  const left = await readdir(out);
  t.false(left.includes("ground-truth.json") || left.includes("scenes.json"));

  await generateScenes({ ...SMALL, images: 3, out });
  t.is((await readdir(join(out, "images"))).length, 3 + 1, "what the stopped run drew is gone");
});

test("the ground truth is one that evaluation reads: a query an object, for the scenes that show it", async (t) => {
  const { out, truth } = await generated(t, { images: 12, objects: 3, occurrences: 6 });
  const paths = (await readdir(join(out, "images"), { recursive: true }))
    .filter((file) => file.endsWith(".jpg"))
    .sort();
  const queryFiles = await readdir(join(out, "queries"));
  const options = { protocol: "instre", isReadable: (name: string) => queryFiles.includes(name) } as const;
  const read = await readGroundTruth("instre", join(out, "ground-truth.json"));
  const { queries, levels, boxes, database } = resolveGroundTruth(read, paths, options);
  t.deepEqual(
    queries.map(({ name, image, box }) => ({ name, image, box })),
    truth.objects.map(({ name, query, box }: Record<"name" | "query" | "box", string>) => ({
      name,
      image: query.replace("queries/", ""),
      box,
    })),
  );
  t.true(database.every((searched) => searched === 1));
  levels[0]?.relevances.forEach(({ positive }, i) => {
    const shows = (path: string | undefined) =>
      truth.images
        .find((image: { path: string }) => image.path === `images/${path}`)
        ?.objects.some(({ name }: { name: string }) => name === queries[i]?.name) ?? false;
    t.deepEqual(
      positive,
      [...paths.keys()].filter((id) => shows(paths[id])),
    );
  });
  t.is(boxes.size, 12);
  t.is((await readGroundTruth("boxes", join(out, "annotations"))).kind, "boxes");
});

test("draws nothing into a folder that holds something else", async (t) => {
  const { out } = await generated(t, {});
  await t.throwsAsync(generateScenes({ ...SMALL, out }), {
    code: "ERR_INVALID_ARGUMENT",
    message: /holds something already \(annotations\); name a new or empty folder/,
  });
});

test("refuses what it cannot make, and says when it cannot write", async (t) => {
  const invalid = { code: "ERR_INVALID_ARGUMENT" };
  await t.throwsAsync(generateScenes({ ...SMALL, images: 0, out: "x" }), invalid);
  await t.throwsAsync(generateScenes({ ...SMALL, occurrences: 9, out: "x" }), invalid);
  await t.throwsAsync(generateScenes({ ...SMALL, imagse: 3, out: "x" } as never), {
    ...invalid,
    message: /did you mean "images"/,
  });
  const file = join(await mkdtemp(join(tmpdir(), "leitmotif-scenes-")), "file");
  await writeFile(file, "");
  await t.throwsAsync(generateScenes({ ...SMALL, out: join(file, "below") }), { code: "ERR_DISK" });
});
