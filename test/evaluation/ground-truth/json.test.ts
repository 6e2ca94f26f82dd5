import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { readGroundTruth, resolveGroundTruth } from "../../../lib/index.js";

async function fileOf(text: string | Buffer): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), "leitmotif-json-")), "truth.json");
  await writeFile(file, text);
  return file;
}

const QUERY = { name: "q", image: "a", easy: ["b"], hard: ["c"], junk: ["d"] };
const document = (query: object = QUERY, rest: object = {}) => ({
  format: "leitmotif-ground-truth",
  version: 1,
  images: ["b", "c", "d"],
  queries: [query],
  ...rest,
});
const pretty = (value: unknown) => JSON.stringify(value, null, 1);
const PATHS = ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "far/e.jpg", "f.jpg"];

test("Easy, Medium and Hard take and ignore what the revisited protocol says", async (t) => {
  const truth = await readGroundTruth("roxford", await fileOf(pretty(document())));
  const { levels, database, queries } = resolveGroundTruth(truth, PATHS, {
    protocol: "roxford",
    isDistractor: (path) => path.startsWith("far/"),
  });
  t.deepEqual(levels, [
    { name: "Easy", relevances: [{ positive: [1], junk: [2, 3] }] },
    { name: "Medium", relevances: [{ positive: [1, 2], junk: [3] }] },
    { name: "Hard", relevances: [{ positive: [2], junk: [1, 3] }] },
  ]);
  t.deepEqual([...database], [0, 1, 1, 1, 1, 0]);
  t.is(queries[0]?.image, 0);
});

test("one grade of positives, a box, and a query image from outside the collection", async (t) => {
  const box = { x: 1, y: 2.5, width: 3, height: 4 };
  const query = { image: "elsewhere/q.png", positive: ["b", "b"], box };
  const truth = await readGroundTruth("instre", await fileOf(pretty(document(query, { boxes: { c: [box] } }))));
  const options = { protocol: "instre", isReadable: (name: string) => name.endsWith(".png") } as const;
  const { queries, levels, boxes } = resolveGroundTruth(truth, PATHS, options);
  t.deepEqual(queries, [{ name: "elsewhere/q.png", image: "elsewhere/q.png", box }]);
  t.deepEqual(levels, [{ name: "", relevances: [{ positive: [1], junk: [] }] }]);
  t.deepEqual([...boxes], [[2, [box]]]);
});

test("says so when a protocol looks for grades that the file does not have", async (t) => {
  const truth = await readGroundTruth("roxford", await fileOf(pretty(document({ image: "a", positive: ["b"] }))));
  t.throws(() => resolveGroundTruth(truth, PATHS, { protocol: "roxford" }), {
    code: "ERR_GROUND_TRUTH",
    message: /looks for easy and hard/,
  });
});

test("names resolve by path, by end, with and without extension, and ambiguity is an error", async (t) => {
  const truth = await readGroundTruth("instre", await fileOf(pretty(document({ image: "x/1", positive: ["b"] }))));
  const paths = ["s/x/1.jpg", "t/1.jpg", "b.jpg", "k/b.jpg", "c.png", "d.jpg"];
  t.throws(() => resolveGroundTruth(truth, paths, { protocol: "instre" }), {
    code: "ERR_GROUND_TRUTH",
    message: /"b" fits 2 images of the collection \(b\.jpg, k\/b\.jpg\)/,
  });
  const whole = await readGroundTruth(
    "instre",
    await fileOf(pretty({ ...document({ image: "x/1", positive: ["./b.jpg", "k\\b.jpg"] }), images: undefined })),
  );
  const { queries, levels } = resolveGroundTruth(whole, paths, { protocol: "instre" });
  t.is(queries[0]?.image, 0);
  t.deepEqual(levels[0]?.relevances[0]?.positive, [2, 3]);
});

for (const [what, text, message] of [
  ["no JSON", '{\n "format": x\n}', /truth\.json.*is not JSON/],
  ["a cut file", pretty(document()).slice(0, -20), /is not JSON/],
  [
    "another format",
    pretty(document(QUERY, { format: "coco" })),
    /line 2: format must be "leitmotif-ground-truth", got "coco"/,
  ],
  ["a later version", pretty(document(QUERY, { version: 2 })), /line 3: version must be 1/],
  ["no queries", pretty(document(QUERY, { queries: [] })), /queries holds no query/],
  ["queries that are no list", pretty(document(QUERY, { queries: {} })), /queries must be a list/],
  ["a misspelt field", pretty(document({ ...QUERY, jnk: [] })), /line 22: queries\[0\]\.jnk is not a known field/],
  [
    "a name that is none",
    pretty(document({ ...QUERY, junk: ["d", 7] })),
    /line 21: queries\[0\]\.junk\[1\] must be a non-empty text, got 7/,
  ],
  ["mixed grades", pretty(document({ ...QUERY, positive: [] })), /queries\[0\]\.positive stands beside/],
  ["no image", pretty(document({ easy: ["b"] })), /queries\[0\]\.image must be a non-empty text/],
  [
    "a flat box",
    pretty(document({ ...QUERY, box: { x: 0, y: 0, width: 0, height: 1 } })),
    /box\.width must be a number above 0/,
  ],
  ["half a box", pretty(document({ ...QUERY, box: { x: 0, y: 0 } })), /box\.width must be a number/],
  ["a bare value", "null", /line 1: the document must be an object/],
  ["a prototype", '{"__proto__": {"format": "leitmotif-ground-truth"}}', /__proto__ is not a known field/],
  ["deep nesting", "[".repeat(100_000), /is not JSON/],
] as const) {
  test(`refuses ${what}, naming file and line`, async (t) => {
    await t.throwsAsync(readGroundTruth("roxford", await fileOf(text)), { code: "ERR_GROUND_TRUTH", message });
  });
}

test("refuses bytes that are not UTF-8, and reads a byte order mark", async (t) => {
  const bad = await fileOf(Buffer.from([0x7b, 0xff, 0x7d]));
  await t.throwsAsync(readGroundTruth("instre", bad), { code: "ERR_GROUND_TRUTH", message: /not UTF-8/ });
  await t.notThrowsAsync(async () => readGroundTruth("instre", await fileOf(`\ufeff${pretty(document())}`)));
});
