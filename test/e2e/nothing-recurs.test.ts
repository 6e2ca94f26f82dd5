/** Scenes in which nothing recurs, and the same scenes with one thing in a third of them. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { type Collection, discover, generateScenes, type PixelBox } from "../../lib/index.js";

const SCENES = { images: 50, occurrences: 17, variation: 0.25 };
const SQUEEZENET = fileURLToPath(new URL("../../../shared/data/models/squeezenet-v1.0.onnx", import.meta.url));

interface Truth {
  images: { path: string; objects: { box: PixelBox }[] }[];
}

/** What share of a region lies in a box. */
function share(region: PixelBox, box: PixelBox): number {
  const side = (a: number, b: number, c: number, d: number) => Math.max(0, Math.min(a + b, c + d) - Math.max(a, c));
  return (
    (side(region.x, region.width, box.x, box.width) * side(region.y, region.height, box.y, box.height)) /
    (region.width * region.height)
  );
}

async function find(folder: string, seed: number, objects: number, model: string) {
  await generateScenes({ ...SCENES, seed, objects, out: folder });
  return discover(join(folder, "images"), { out: join(folder, "found"), extractor: { model } });
}

/** How many regions the first object has, and how many of them show the generated one. */
async function firstObject(folder: string, collection: Collection): Promise<{ members: number; right: number }> {
  const truth = JSON.parse(readFileSync(join(folder, "scenes.json"), "utf8")) as Truth;
  const boxes = new Map(truth.images.map(({ path, objects }) => [path.replace(/^images\//, ""), objects]));
  const labels = await collection.regionObjects();
  const regions = collection.images.flatMap(({ path, featureRegions }) =>
    featureRegions.map(({ box }) => ({ path, box })),
  );
  const members = regions.filter((_, i) => labels[i] === 0);
  const right = members.filter(({ path, box }) => boxes.get(path)?.some((object) => share(box, object.box) > 0.3));
  return { members: members.length, right: right.length };
}

for (const [name, model, seed] of [
  ["the default network", "default", 1],
  ["SqueezeNet", SQUEEZENET, 2],
] as const) {
  test(`${name}, scenes ${seed}: nothing is found where nothing recurs, and the one thing that does`, async (t) => {
    if (model !== "default" && !existsSync(model)) {
      t.log(`${name} is not there: not checked`);
      return t.pass();
    }
    const folder = mkdtempSync(join(tmpdir(), "leitmotif-null-"));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));

    const nothing = await find(join(folder, "none"), seed, 0, model);
    t.is(nothing.images.length, SCENES.images);
    t.is(nothing.objects.length, 0);

    const found = await find(join(folder, "one"), seed, 1, model);
    t.is(found.objects.length, 1);
    const { members, right } = await firstObject(join(folder, "one"), found);
    t.true(members >= 3);
    t.is(right, members, "every region of the group shows the object");
  });
}
