import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { runCommandLine } from "../../lib/cli/program.js";
import { Collection } from "../../lib/index.js";
import { writeSmallCollection } from "../support/collections.js";
import { temporaryFolder } from "../support/folders.js";
import { makePhotos } from "../support/photos.js";
import { TINY_DESCRIPTION, tinyGraph, writeModel } from "../support/tiny-network.js";

async function command(argv: string[], { interactive = false, signal = new AbortController().signal } = {}) {
  let [out, err] = ["", ""];
  const code = await runCommandLine(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    interactive,
    columns: () => 60,
    signal,
  });
  return { code, out, err };
}

async function setting(t: ExecutionContext) {
  const root = await temporaryFolder(t);
  const [photos, out] = [join(root, "photos"), join(root, "out")];
  await mkdir(photos);
  const model = writeModel(root, "tiny.onnx", tinyGraph());
  await writeFile(join(root, "tiny.json"), JSON.stringify(TINY_DESCRIPTION));
  return { root, photos, out, model, discover: ["discover", photos, "--out", out, "--model", model] };
}

test("discover, then info: plain lines where there is no terminal", async (t) => {
  const { photos, out, discover } = await setting(t);
  await makePhotos(photos, 5);
  await writeFile(join(photos, "broken.jpg"), "x");
  const run = await command([
    ...discover,
    "--fs-rho",
    "2",
    "--exclude-own",
    "yes",
    "--whole-map",
    "no",
    "--k",
    "4",
    "--descriptors",
    "GeM, OS.EGM",
  ]);
  t.is(run.code, 0, run.err);
  t.regex(run.err, /^skipped broken\.jpg: /m);
  t.regex(run.err, /^feature regions: 6 of 6/m);
  t.regex(run.err, /^writing: 3 of 3/m);
  t.notRegex(run.err, /\r|\x1b/);
  t.regex(run.out, /^5 images of .*photos$/m);
  t.regex(run.out, /^1 file skipped, such as broken\.jpg/m);
  const { parameters } = (await Collection.open(out)).manifest;
  t.like(parameters, {
    featureRegions: { rho: 2, tau: 0.4 },
    objectSaliency: { excludeOwn: true },
    uniform: { wholeMap: false },
    graph: { k: 4 },
    descriptors: { kinds: ["GeM", "OS.EGM"] },
  });

  const info = await command(["info", out]);
  t.is(info.code, 0);
  t.regex(info.out, /^5 images/);
  t.is(JSON.parse((await command(["info", out, "--json"])).out).counts.images, 5);
});

test("--json tells events and the result, a line each; --quiet nothing; a terminal one line a stage", async (t) => {
  const { photos, discover } = await setting(t);
  await makePhotos(photos, 3);
  const json = await command([...discover, "--json"]);
  const events = json.out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string });
  t.is(json.err, "");
  t.deepEqual(
    events.slice(0, 2).map(({ type }) => type),
    ["device", "progress"],
  );
  t.like(events.at(-1), { type: "done", manifest: { counts: { images: 3 } } });
  t.deepEqual(await command([...discover, "--quiet"]), { code: 0, out: "", err: "" });
  const shown = await command(discover, { interactive: true });
  const lines = shown.err.split("\n").map((line) => line.slice(line.lastIndexOf("\x1b[K") + 3));
  t.true(lines.some((line) => line.startsWith("feature regions: 3 of 3")));
});

test("errors are one sentence with their code, and an exit code of their kind", async (t) => {
  const { root, photos, out, model, discover } = await setting(t);
  const failing = async (argv: string[], code: number, message: RegExp) => {
    const run = await command(argv);
    t.is(run.code, code, run.err);
    t.regex(run.err, message);
    t.is(run.out, "");
  };
  await failing(discover, 4, /^leitmotif: there is no image in .* \(ERR_IMAGE\)\n$/);
  await makePhotos(photos, 1);
  await failing([...discover, "--modle", "x"], 2, /unknown option '--modle'\n\(Did you mean --model\?\)/);
  await failing([...discover, "--max-side", "wide"], 2, /It must be a number/);
  await failing([...discover, "--fs-tau", "2"], 2, /^leitmotif: tau must be .*, got 2 \(ERR_INVALID_ARGUMENT\)\n$/);
  await failing([...discover, "--os-floor", "max"], 2, /Allowed choices are none, min/);
  await failing(["discover", photos], 2, /required option '--out <collection>' not specified/);
  await failing(["discovr", photos], 2, /unknown command 'discovr'/);
  await failing([...discover.slice(0, -1), join(root, "none.onnx")], 3, /none\.onnx cannot be read.*\(ERR_MODEL\)\n$/);
  await writeFile(join(root, "text.onnx"), "this is no model");
  await failing([...discover.slice(0, -1), join(root, "text.onnx")], 3, /is not an ONNX model.*\(ERR_MODEL\)\n$/);
  await failing(
    ["discover", photos, "--out", photos, "--model", model],
    5,
    /holds something else.*\(ERR_COLLECTION\)\n$/,
  );
  await failing(["discover", photos, "--out", "/sys/nowhere", "--model", model], 6, /\(ERR_DISK\)\n$/);
  await failing(["info", out], 5, /there is no folder .*\(ERR_COLLECTION\)\n$/);
  const debugged = await command(["info", out, "--debug"]);
  t.regex(debugged.err, /\n\s+at /);
});

test("a stopped run ends with 130 and says how to go on", async (t) => {
  const { photos, discover } = await setting(t);
  await makePhotos(photos, 2);
  const run = await command(discover, { signal: AbortSignal.abort() });
  t.is(run.code, 130);
  t.regex(run.err, /stopped; what is done stays in .*, and the same command goes on from there \(ERR_ABORTED\)/);
});

test("model lists the default network and presets, and inspects a network", async (t) => {
  const { model } = await setting(t);
  const listed = await command(["model"]);
  t.regex(listed.out, /^default +features +16 +RGB 0\.\.255$/m);
  t.regex(listed.out, /^squeezenet +features +16/m);
  const { default: own, squeezenet } = JSON.parse((await command(["model", "list", "--json"])).out);
  t.deepEqual([own.stride, own.enlargeTo, squeezenet.stride], [16, 640, 16]);
  const inspection = await command(["model", "inspect", model]);
  t.is(inspection.code, 0, inspection.err);
  t.regex(inspection.out, /^inputs +x \(N, 3, H, W\)$/m);
  t.is((await command(["model", "inspect", "/none.onnx"])).code, 3);
});

test("help names every command and the options by stage; a collection from the schema test opens", async (t) => {
  const help = await command(["--help"]);
  t.is(help.code, 0);
  for (const name of ["discover", "info", "model", "generate"]) t.regex(help.out, new RegExp(`^  ${name} `, "m"));
  const discover = await command(["discover", "--help"]);
  t.regex(discover.out, /Graph and centrality \(sections 3\.6, 3\.7\):/);
  t.regex(discover.out, /--Theta <number>/);
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder);
  t.regex((await command(["info", folder])).out, /object 0: 2 photos/);
});

test("generate draws the scenes asked for", async (t) => {
  const out = join(await temporaryFolder(t), "scenes");
  const asked = ["generate", out, "--images", "3", "--objects", "1", "--distractors", "2", "--size", "160"];
  const run = await command([...asked, "--occurrences", "2", "--variation", "0.2", "--seed", "9"]);
  t.is(run.code, 0, run.err);
  t.regex(run.out, /^3 scenes with \d box(es)? of 1 object and 2 distractors written to .*scenes\n$/);
  t.is((await readdir(join(out, "images"), { recursive: true })).filter((file) => file.endsWith(".jpg")).length, 5);
  t.regex((await command(["generate", out])).err, /holds something already .*\(ERR_INVALID_ARGUMENT\)\n$/);
  t.is((await command(["generate", join(out, "more"), "--images", "0"])).code, 2);
});
