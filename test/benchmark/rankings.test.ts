import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import {
  evaluate,
  type EvaluateOptions,
  type Evaluation,
  type Protocol,
  type QuerySource,
  readGroundTruth,
} from "../../lib/index.js";
import { temporaryFolder } from "../support/folders.js";
import { direction, type KnownImage, writeKnownCollection } from "../support/known-collection.js";

/** Rankings by hand: images and queries are directions, so the nearest is the one at the least angle. */
const DEGREES: Record<string, number> = { a: 0, b: 10, c: 25, d: 50, e: 80, f: 120 };
const IMAGES: KnownImage[] = Object.entries(DEGREES).map(([name, degrees]) => ({
  path: `${name}.jpg`,
  regions: [degrees],
}));

/** A query outside the collection, or with a box, is a map of one cell in the direction of the image that it names. */
const byName: QuerySource = ({ image, name }) => {
  const degrees = DEGREES[typeof image === "number" ? (name[0] as string) : image] as number;
  return { map: { data: Float32Array.from(direction(degrees)), height: 1, width: 1, channels: 2 } };
};

async function evaluated(
  t: ExecutionContext,
  protocol: Protocol,
  files: Record<string, string>,
  options: Partial<EvaluateOptions> & { querySource?: QuerySource } = {},
  images = IMAGES,
): Promise<Evaluation> {
  const root = await temporaryFolder(t);
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  const [only] = Object.keys(files);
  const truth = await readGroundTruth(protocol, Object.keys(files).length > 1 ? root : join(root, only as string));
  const kinds = { MAC: images.map(({ regions }) => regions[0] as number) };
  const collection = await writeKnownCollection(join(root, "collection"), images, kinds);
  return evaluate(collection, protocol, truth, { methods: ["MAC"], diffusion: [false], ...options });
}

const close = (t: ExecutionContext, actual: number | null | undefined, expected: number) =>
  t.true(Math.abs((actual ?? Number.NaN) - expected) < 1e-12, `${actual}, not ${expected}`);

test("groups: each labelled photo asks for the others of its label, itself left out", async (t) => {
  const { methods, queries, database } = await evaluated(t, "groups", { "labels.csv": "a,x\nd,x\ne,y\nf,y\n" });
  t.deepEqual(queries, ["x", "x", "y", "y"]);
  t.is(database, 6);
  const [mac] = methods;
  // a: b c [d] e f; d: c e b [a] f; e: d [f] c b a; f: [e] d c b a.
  [1 / 6, 1 / 8, 1 / 4, 1].forEach((ap, i) => close(t, mac?.averagePrecisions[i], ap));
  close(t, mac?.mAP, 37 / 96);
  close(t, mac?.precisionAt[1], 1 / 4);
  close(t, mac?.precisionAt[5], (1 / 3 + 1 / 4 + 1 / 2 + 1) / 4);
  t.like(mac, { method: "MAC", diffusion: false, level: null, measured: 4, bytesPerImage: 8, edges: null });
  t.true((mac?.interval.low ?? 1) < 37 / 96 && 37 / 96 < (mac?.interval.high ?? 0));
});

test("groups: query images from elsewhere take the place of the labelled photos", async (t) => {
  const root = await temporaryFolder(t);
  await writeFile(join(root, "clean-x.png"), "");
  const { methods, queries } = await evaluated(
    t,
    "groups",
    { "labels.csv": "a,x\nd,x\ne,y\nclean-x.png,x\n" },
    {
      queriesFrom: root,
      querySource: ({ image }) => byName({ name: "", image: image === "clean-x.png" ? "c" : "?" }),
    },
  );
  t.deepEqual(queries, ["x"]);
  // From 25 degrees: c b [a] [d] e f, both at 25, the smaller index first.
  close(t, methods[0]?.mAP, ((0 / 2 + 1 / 3) / 2 + (1 / 3 + 2 / 4) / 2) / 2);
});

test("progress never goes back, and comes to its end", async (t) => {
  const root = await temporaryFolder(t);
  await writeFile(join(root, "labels.csv"), "a,x\nd,x\n");
  const kinds = { MAC: Object.values(DEGREES) };
  const collection = await writeKnownCollection(join(root, "collection"), IMAGES, kinds);
  const told: number[] = [];
  const truth = await readGroundTruth("groups", join(root, "labels.csv"));
  await evaluate(collection, "groups", truth, {}, { onProgress: (fraction) => told.push(fraction) });
  t.deepEqual(
    told,
    told.toSorted((a, b) => a - b),
  );
  t.is(told.at(-1), 1);
  t.true(told.length > 3);
});

const revisited = (queries: unknown[], images = ["b", "c", "d", "e", "f"]) => ({
  "gnd.json": JSON.stringify({ format: "leitmotif-ground-truth", version: 1, images, queries }),
});

test("roxford: Easy, Medium and Hard ignore what they should; the listed images alone are searched", async (t) => {
  const files = revisited([
    { image: "a", easy: ["c"], hard: ["e"], junk: ["b"] },
    { image: "f", easy: [], hard: ["d"], junk: [] },
  ]);
  const { methods, database } = await evaluated(t, "roxford", files);
  t.is(database, 5);
  const of = (level: string) => methods.find((row) => row.level === level);
  // From a, which is not searched: b c d e f. From f, which is: f e d c b.
  t.deepEqual(of("Easy")?.averagePrecisions, [1, null]);
  t.is(of("Easy")?.measured, 1);
  close(t, of("Easy")?.mAP, 1);
  close(t, of("Medium")?.averagePrecisions[0], (1 + (1 / 2 + 2 / 3) / 2) / 2);
  close(t, of("Medium")?.averagePrecisions[1], 1 / 6);
  close(t, of("Hard")?.averagePrecisions[0], 1 / 4);
  close(t, of("Hard")?.mAP, (1 / 4 + 1 / 6) / 2);
  close(t, of("Hard")?.precisionAt[1], 0);
  close(t, of("Hard")?.precisionAt[10], (1 / 2 + 1 / 3) / 2);
});

test("distractor folders are searched beside the images that the ground truth lists", async (t) => {
  const files = revisited([{ image: "a", easy: ["d"], hard: [], junk: [] }], ["a", "d"]);
  const more = [...IMAGES, { path: "flickr/x.jpg", regions: [20] }, { path: "flickr-2/y.jpg", regions: [5] }];
  const alone = await evaluated(t, "rparis", files, {}, more);
  const among = await evaluated(t, "rparis", files, { distractors: ["flickr"] }, more);
  await t.throwsAsync(evaluated(t, "rparis", files, { distractors: ["flikr"] }, more), {
    code: "ERR_INVALID_ARGUMENT",
    message: /distractors\[0\] must be a folder of the collection's images, .*"flikr"/,
  });
  t.is(alone.database, 2);
  t.is(among.database, 3);
  close(t, alone.methods[0]?.mAP, (0 / 1 + 1 / 2) / 2);
  close(t, among.methods[0]?.mAP, (0 / 2 + 1 / 3) / 2);
});

const official = (good: string, junk: string) => ({
  "a_1_query.txt": "oxc1_a 1 1 12.5 12",
  "a_1_good.txt": good,
  "a_1_ok.txt": "",
  "a_1_junk.txt": junk,
});

test("oxford: the query's image is searched and found; junk before, between and after is passed over", async (t) => {
  const options = { querySource: byName };
  for (const [good, junk, expected] of [
    ["a\nc", "b", 1],
    ["b\nc", "a", 1],
    ["a\nd", "f", (1 + (1 / 3 + 2 / 4) / 2) / 2],
    ["a\nd", "b\nc", 1],
    ["e", "a\nb\nc\nd\nf", 1],
    ["f", "", (0 / 5 + 1 / 6) / 2],
  ] as const) {
    const { methods } = await evaluated(t, "oxford", official(good, junk), options);
    close(t, methods[0]?.mAP, expected);
  }
});

test("a collection of given maps has no network for a query's box", async (t) => {
  await t.throwsAsync(evaluated(t, "oxford", official("a", "")), {
    code: "ERR_MODEL",
    message: /given activation maps|of activation maps/,
  });
});

test("regions: an image is as good as its best; R-Match adds up the best of each of the query's", async (t) => {
  const images: KnownImage[] = [
    { path: "a.jpg", regions: [0, 90] },
    { path: "b.jpg", regions: [45] },
    { path: "c.jpg", regions: [5, 200] },
    { path: "d.jpg", regions: [150, 60] },
  ];
  const files = { "labels.csv": "a,x\nb,x\n" };
  const options = { methods: ["regions", "R-Match"], querySource: () => byName({ name: "", image: "a" }) };
  const { methods } = await evaluated(t, "groups", files, options, images);
  const of = (method: string) => methods.find((row) => row.method === method);
  // Regions, the query of 0 degrees for both: a is out for itself: c(5) [b](45) d(60); for b: [a](0) c(5) d(60).
  t.deepEqual(of("regions")?.averagePrecisions, [(0 + 1 / 2) / 2, 1]);
  // R-Match, from 0 and 90: b cos 45 + cos 45 = 1.41; c cos 5 + cos 85 = 1.08; d cos 60 + cos 30 = 1.37.
  close(t, of("R-Match")?.averagePrecisions[0], 1);
  // From 45: a cos 45, c cos 40, d cos 15.
  close(t, of("R-Match")?.averagePrecisions[1], (0 / 2 + 1 / 3) / 2);
  t.is(of("R-Match")?.bytesPerImage, (8 * 7) / 4);
});

test("diffusion follows a chain of similar images past a nearer one that is alone", async (t) => {
  const chain = [0, 22, 44, 66, 88];
  const images = [...chain, -75].map((degrees, i) => ({ path: `${i}.jpg`, regions: [degrees] }));
  const labels = chain.map((_, i) => `${i},x\n`).join("");
  const options = { methods: ["MAC", "regions", "R-Match"], diffusion: [false, true], kQuery: 1, k: 2 };
  const both = { ...options, regionalK: 2, regionalKQuery: 1 };
  const source: QuerySource = () => byName({ name: "", image: "a" });
  const { methods } = await evaluated(t, "groups", { "labels.csv": labels }, { ...both, querySource: source }, images);
  for (const method of both.methods) {
    const [plain, expanded] = methods.filter((row) => row.method === method);
    // The first of the chain is nearer to the lone image than to the last.
    close(t, plain?.averagePrecisions[0], (3 + (3 / 4 + 4 / 5) / 2) / 4);
    t.is(expanded?.averagePrecisions[0], 1, method);
    t.is(expanded?.edges, 4, method);
  }
});
