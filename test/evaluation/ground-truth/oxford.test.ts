import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { averagePrecision, readGroundTruth, resolveGroundTruth } from "../../../lib/index.js";

/** Files of the exact official form: one query of Oxford (prefix, floats), one of Paris (no prefix). */
async function officialFolder(replace: Record<string, string> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "leitmotif-oxford-"));
  const files: Record<string, string> = {
    "all_souls_1_query.txt": "oxc1_all_souls_000013 136.5 34.1 648.5 955.7\n",
    "all_souls_1_good.txt": "all_souls_000013\nall_souls_000026\n",
    "all_souls_1_ok.txt": "all_souls_000006\n",
    "all_souls_1_junk.txt": "all_souls_000008\n",
    "all_souls_10_query.txt": "paris_defense_000605 0 0 1024 768\n",
    "all_souls_10_good.txt": "paris_defense_000605\n",
    "all_souls_10_ok.txt": "",
    "all_souls_10_junk.txt": "\n",
    "all_souls_2_query.txt": "oxc1_all_souls_000026 1 2 3 4",
    "all_souls_2_good.txt": "all_souls_000026",
    "all_souls_2_ok.txt": "all_souls_000013\r\nall_souls_000006\r\n",
    "all_souls_2_junk.txt": "",
    "README.txt": "not ground truth",
    ...replace,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const PATHS = ["all_souls_000013.jpg", "all_souls_000026.jpg", "all_souls_000006.jpg", "all_souls_000008.jpg"].concat(
  "paris_defense_000605.jpg",
);

test("reads the official text files", async (t) => {
  const truth = await readGroundTruth("oxford", await officialFolder());
  if (truth.kind !== "queries") return t.fail();
  t.deepEqual(
    truth.queries.map(({ name }) => name),
    ["all_souls_1", "all_souls_2", "all_souls_10"],
  );
  t.deepEqual(truth.queries[0], {
    name: "all_souls_1",
    image: "all_souls_000013",
    box: { x: 136.5, y: 34.1, width: 512, height: 955.7 - 34.1 },
    grades: {
      positive: ["all_souls_000013", "all_souls_000026", "all_souls_000006"],
      easy: [],
      hard: [],
      junk: ["all_souls_000008"],
    },
  });
  t.is(truth.queries[2]?.image, "paris_defense_000605");
});

test("the query's image stays in the database, good and ok are positive, junk is junk", async (t) => {
  const truth = await readGroundTruth("oxford", await officialFolder());
  const { queries, levels, database } = resolveGroundTruth(truth, PATHS, { protocol: "oxford" });
  t.deepEqual([...database], [1, 1, 1, 1, 1]);
  t.is(queries[0]?.image, 0);
  const relevance = levels[0]?.relevances[0];
  t.deepEqual(relevance, { positive: [0, 1, 2], junk: [3] });
  t.is(averagePrecision([0, 3, 1, 2, 4], relevance ?? { positive: [] }), 1);
});

for (const [what, replace, message] of [
  [
    "three numbers",
    { "all_souls_1_query.txt": "oxc1_a 1 2 3" },
    /all_souls_1_query\.txt, line 1: expected an image name/,
  ],
  ["no numbers", { "all_souls_1_query.txt": "\noxc1_a 1 2 x 4" }, /line 2: .*four numbers.*1 2 x 4/],
  ["infinity", { "all_souls_1_query.txt": "oxc1_a 1 2 Infinity 4" }, /four numbers/],
  ["an empty box", { "all_souls_1_query.txt": "oxc1_a 5 2 5 4" }, /x1 < x2/],
  ["two lines", { "all_souls_1_query.txt": "oxc1_a 1 2 3 4\noxc1_b 1 2 3 4" }, /line 2: expected one line/],
  ["an empty query", { "all_souls_1_query.txt": "" }, /is empty/],
  ["blanks in a name", { "all_souls_1_ok.txt": "a\nb c\n" }, /all_souls_1_ok\.txt, line 2: expected one image name/],
  ["zero bytes", { "all_souls_1_junk.txt": "a\nb\0\n" }, /all_souls_1_junk\.txt, line 2: holds a zero byte/],
] as const) {
  test(`refuses ${what}`, async (t) => {
    const folder = await officialFolder(replace);
    await t.throwsAsync(readGroundTruth("oxford", folder), { code: "ERR_GROUND_TRUTH", message });
  });
}

test("refuses a missing list, a folder without queries and a folder that is not there", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "leitmotif-oxford-"));
  const error = { code: "ERR_GROUND_TRUTH" };
  await t.throwsAsync(readGroundTruth("oxford", folder), { ...error, message: /holds no file \*_query\.txt/ });
  await writeFile(join(folder, "a_1_query.txt"), "a 1 2 3 4");
  await t.throwsAsync(readGroundTruth("oxford", folder), { ...error, message: /a_1_good\.txt: cannot be read/ });
  await t.throwsAsync(readGroundTruth("paris", join(folder, "none")), { ...error, message: /cannot be read/ });
  await t.throwsAsync(readGroundTruth("london" as never, folder), { code: "ERR_INVALID_ARGUMENT" });
});

test("names images that the collection lacks, and goes on with the rest when asked", async (t) => {
  const truth = await readGroundTruth("oxford", await officialFolder());
  const some = PATHS.filter((path) => !path.includes("000006") && !path.startsWith("paris"));
  t.throws(() => resolveGroundTruth(truth, some, { protocol: "oxford" }), {
    code: "ERR_GROUND_TRUTH",
    message: /2 of the 5 images .* \(all_souls_000006, paris_defense_000605\).*--allow-missing/,
  });
  const { queries, levels, missing } = resolveGroundTruth(truth, some, { protocol: "oxford", allowMissing: true });
  t.deepEqual(missing, ["all_souls_000006", "paris_defense_000605"]);
  t.deepEqual(
    queries.map(({ name }) => name),
    ["all_souls_1", "all_souls_2"],
  );
  t.deepEqual(levels[0]?.relevances[0], { positive: [0, 1], junk: [2] });
  t.throws(() => resolveGroundTruth(truth, ["x.jpg"], { protocol: "oxford", allowMissing: true }), {
    code: "ERR_GROUND_TRUTH",
    message: /not one of its queries/,
  });
});
