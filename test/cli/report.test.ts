import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { runCommandLine } from "../../lib/cli/program.js";
import { temporaryFolder } from "../support/folders.js";
import { drawScene } from "../support/scenes-report.js";

async function run(...argv: string[]) {
  let out = "";
  let err = "";
  const code = await runCommandLine(argv, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    interactive: false,
    columns: () => 80,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

test("discover ends with a page; report and explain write theirs again and say where", async (t) => {
  const folder = await temporaryFolder(t);
  const [photos, collection] = [join(folder, "photos"), join(folder, "collection")];
  await mkdir(photos);
  for (let i = 0; i < 6; i++) await drawScene(i, join(photos, `${i}.jpg`));
  const page = join(collection, "report/index.html");

  const discovered = await run("discover", photos, "--out", collection, "--threads", "2");
  t.is(discovered.code, 0, discovered.err);
  t.true(discovered.out.includes(`open ${page} to look at it`));
  t.regex(await readFile(page, "utf8"), /6 photos/);

  const out = join(folder, "elsewhere");
  const reported = await run("report", collection, "--out", out, "--images", "2");
  t.deepEqual([reported.code, reported.out], [0, `${join(out, "index.html")}\n`]);
  t.regex(await readFile(join(out, "index.html"), "utf8"), /2 of 6 photos are shown/);

  const explained = await run("explain", collection, "3.jpg", "--patch", "10,20", "--box", "0,0,100,90");
  t.is(explained.code, 0, explained.err);
  t.is(explained.out, `${join(collection, "explain/3.jpg.html")}\n`);
  const html = await readFile(join(collection, "explain/3.jpg.html"), "utf8");
  t.regex(html, /the patch at pixel 10, 20/);
  t.regex(html, /the box of 100 × 90 pixels at 0, 0/);

  const quiet = await run("discover", photos, "--out", join(folder, "other"), "--no-report", "--quiet");
  t.deepEqual([quiet.code, quiet.out], [0, ""]);
  await t.throwsAsync(stat(join(folder, "other/report")), { code: "ENOENT" });
});

test("wrong arguments are named", async (t) => {
  const usage = await run("explain", "collection", "image.jpg", "--patch", "10");
  t.not(usage.code, 0);
  t.regex(usage.err, /It must be x,y, in pixels/);
  const missing = await run("report", join(await temporaryFolder(t), "none"));
  t.not(missing.code, 0);
  t.regex(missing.err, /ERR_COLLECTION/);
});
