/** Sessions, their threads and their native memory go when an extractor is disposed of. */
import { join } from "node:path";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import test from "ava";
import { PACKAGE_ROOT } from "../../lib/package-root.js";

const PROGRAM = join(PACKAGE_ROOT, "bench/open-dispose.mjs");

test("memory and threads stay as they are over 200 rounds of opening and disposing", async (t) => {
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", PROGRAM, "200", "10"]);
  const curve = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { round: number; mebibytes: number; threads: number | null });
  t.is(curve.length, 20);
  t.log(`MiB: ${curve.map(({ mebibytes }) => mebibytes).join(" ")}`);
  const least = (part: typeof curve) => Math.min(...part.map(({ mebibytes }) => mebibytes));
  // A network that stayed would cost 2.4 MB of weights a round: 240 over the second half.
  t.true(least(curve.slice(10)) - least(curve.slice(2, 10)) < 40);
  t.is(new Set(curve.slice(1).map(({ threads }) => threads)).size, 1);
});
