import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { runCommandLine } from "../../lib/cli/program.js";
import { discover, evaluate, readGroundTruth, sweep, type SweepOptions } from "../../lib/index.js";
import { temporaryFolder } from "../support/folders.js";
import { makePhotos } from "../support/photos.js";
import { TINY_DESCRIPTION, tinyGraph, writeModel } from "../support/tiny-network.js";

async function setting(t: ExecutionContext) {
  const root = await temporaryFolder(t);
  const photos = join(root, "photos");
  await mkdir(photos);
  const paths = await makePhotos(photos, 6);
  const model = writeModel(root, "tiny.onnx", tinyGraph());
  await writeFile(join(root, "tiny.json"), JSON.stringify(TINY_DESCRIPTION));
  const csv = join(root, "labels.csv");
  await writeFile(csv, paths.map((path, i) => `${path},${i < 3 ? "a" : "b"}\n`).join(""));
  const truth = await readGroundTruth("groups", csv);
  const options: SweepOptions = {
    parameter: ["objectRegions", "rho"],
    values: [1, 4],
    protocol: "groups",
    truth,
    out: join(root, "out"),
    evaluation: { methods: ["FS.EGM", "OS.EGM"] },
    extractor: { model },
  };
  return { root, photos, model, csv, truth, options };
}

async function mapBytes(folder: string): Promise<number> {
  const logs = (await readdir(folder)).filter((file) => file.startsWith("maps-"));
  return (await Promise.all(logs.map((file) => stat(join(folder, file))))).reduce((sum, { size }) => sum + size, 0);
}

test("each point is what discovery and evaluation give with that value; maps are extracted once", async (t) => {
  const { root, photos, model, truth, options } = await setting(t);
  const told: number[] = [];
  const { parameter, points } = await sweep(photos, options, { onProgress: (fraction) => told.push(fraction) });
  t.deepEqual(parameter, ["objectRegions", "rho"]);
  t.deepEqual(
    points.map(({ value }) => value),
    [1, 4],
  );
  for (const { value, evaluation } of points) {
    const collection = await discover(photos, {
      out: join(root, `direct-${value}`),
      extractor: { model },
      objectRegions: { rho: value },
    });
    const direct = await evaluate(collection, "groups", truth, { methods: ["FS.EGM", "OS.EGM"] });
    const measures = ({ methods }: typeof direct) =>
      methods.map(({ method, diffusion, averagePrecisions }) => ({ method, diffusion, averagePrecisions }));
    t.deepEqual(measures(evaluation), measures(direct));
  }
  t.true(told.every((fraction, i) => fraction >= (told[i - 1] ?? 0)));
  t.is(told.at(-1), 1);

  const bytes = await mapBytes(options.out);
  t.deepEqual(
    (await readdir(options.out)).filter((file) => !file.startsWith("maps-")),
    [],
  );
  await sweep(photos, { ...options, parameter: ["graph", "k"], values: [3] });
  t.is(await mapBytes(options.out), bytes, "nothing was extracted again");
});

test("refuses a parameter that is no number, and values out of range before any work", async (t) => {
  const { photos, options } = await setting(t);
  const refused = { code: "ERR_INVALID_ARGUMENT" };
  await t.throwsAsync(sweep(photos, { ...options, parameter: ["objectRegions", "floor"] }), {
    ...refused,
    message: /a number among the parameters of discover, got "objectRegions.floor"/,
  });
  await t.throwsAsync(sweep(photos, { ...options, parameter: ["objectRegions", "taau"] }), refused);
  await t.throwsAsync(sweep(photos, { ...options, values: [] }), refused);
  await t.throwsAsync(sweep(photos, { ...options, values: [1, -1] }), { ...refused, message: /rho/ });
  await t.throwsAsync(readdir(options.out), { code: "ENOENT" });
  await t.throwsAsync(sweep(photos, options, { signal: AbortSignal.abort() }), { code: "ERR_ABORTED" });
});

test("the command draws both maps' curves in one figure, as SVG, page, JSON and text", async (t) => {
  const { photos, model, csv, options } = await setting(t);
  let out = "";
  const run = (parameter: string) =>
    runCommandLine(
      ["sweep", photos, "--protocol", "groups", "--ground-truth", csv, "--parameter", parameter].concat([
        "--values",
        "0,0.5",
        "--out",
        options.out,
        "--model",
        model,
      ]),
      {
        out: (text) => (out += text),
        err: (text) => t.log(text),
        interactive: false,
        columns: () => 80,
        signal: new AbortController().signal,
      },
    );
  t.is(await run("tau"), 0);
  t.regex(out, /^mAP, %\ntau +0 +0\.5\nFS\.EGM +[\d.]+ +[\d.]+\nFS\.EGM with diffusion .*\nOS\.EGM /);
  const document = JSON.parse(await readFile(join(options.out, "tau.json"), "utf8"));
  t.deepEqual(
    document.sweeps.map(({ parameter }: { parameter: string[] }) => parameter),
    [
      ["featureRegions", "tau"],
      ["objectRegions", "tau"],
    ],
  );
  const svg = await readFile(join(options.out, "tau-mAP.svg"), "utf8");
  t.regex(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  for (const text of ["tau", "mAP (%)", "FS.EGM", "OS.EGM", "with diffusion"])
    t.true(svg.includes(`>${text}</text>`), text);
  t.true((await readFile(join(options.out, "tau.html"), "utf8")).includes(svg));
  t.is(await run("floor"), 2);
});
