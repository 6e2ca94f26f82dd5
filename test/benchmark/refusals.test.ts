import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { discover, evaluate, type EvaluateOptions, type Protocol, readGroundTruth } from "../../lib/index.js";
import { temporaryFolder } from "../support/folders.js";
import { writeKnownCollection } from "../support/known-collection.js";
import { makePhotos } from "../support/photos.js";
import { TINY_DESCRIPTION, tinyGraph, writeModel } from "../support/tiny-network.js";

const paths = Array.from({ length: 8 }, (_, i) => `${i}.jpg`);

async function setting(t: ExecutionContext) {
  const root = await temporaryFolder(t);
  const images = paths.map((path, i) => ({ path, regions: [10 * i] }));
  const collection = await writeKnownCollection(join(root, "c"), images, { MAC: images.map((_, i) => 10 * i) });
  const attempt = async (protocol: Protocol, name: string, text: string, options: Partial<EvaluateOptions> = {}) => {
    await writeFile(join(root, name), text);
    return evaluate(collection, protocol, await readGroundTruth(protocol, join(root, name)), options);
  };
  return { root, attempt };
}

const truthful = { code: "ERR_GROUND_TRUTH" };
const invalid = { code: "ERR_INVALID_ARGUMENT" };

test("names that the collection lacks are counted, the first told, and passed over only when asked", async (t) => {
  const { attempt } = await setting(t);
  const text = ["0,x", "1,x", "2,y", ...Array.from({ length: 7 }, (_, i) => `gone-${i},x`)].join("\n");
  await t.throwsAsync(attempt("groups", "labels.csv", text), {
    ...truthful,
    message: /7 of the 10 images .* not in the collection \(first gone-0, gone-1, .*gone-4\).*--allow-missing/,
  });
  const { missing, queries } = await attempt("groups", "labels.csv", text, { allowMissing: true });
  t.is(missing.length, 7);
  t.deepEqual(queries, ["x", "x"]);
});

test("a method that the collection does not hold", async (t) => {
  const { attempt } = await setting(t);
  await t.throwsAsync(attempt("groups", "labels.csv", "0,x\n1,x", { methods: ["MAC", "GeM"] }), {
    ...invalid,
    message:
      /methods\[1\] must be one that the collection holds \(MAC, regions, R-Match; .*discover --descriptors\), got "GeM"/,
  });
  await t.throwsAsync(attempt("groups", "labels.csv", "0,x\n1,x", { methods: [] }), {
    ...invalid,
    message: /at least one/,
  });
  await t.throwsAsync(attempt("groups", "labels.csv", "0,x\n1,x", { metods: ["MAC"] } as never), {
    ...invalid,
    message: /did you mean "methods"/,
  });
});

test("a protocol that is not the file's", async (t) => {
  const { root, attempt } = await setting(t);
  const json = (query: object) =>
    JSON.stringify({ format: "leitmotif-ground-truth", version: 1, queries: [{ image: "0", ...query }] });
  await t.throwsAsync(attempt("instre", "a.json", json({ easy: ["1"], hard: ["2"] })), {
    ...truthful,
    message: /no query has an image to be found under the protocol "instre", which looks for positive/,
  });
  await t.throwsAsync(attempt("roxford", "a.json", json({ positive: ["1"] })), {
    ...truthful,
    message: /"roxford", which looks for easy and hard/,
  });
  for (const [protocol, name, message] of [
    [
      "oxford",
      "labels.csv",
      /a text file of lines image,label, and the protocol "oxford" reads a folder or a \.json file/,
    ],
    ["instre", "gnd.pkl", /another program, and .* \.json file; scripts\/convert-ground-truth\.py/],
    ["boxes", "a.json", /is a \.json file, and the protocol "boxes" reads a folder or an \.xml file/],
    ["groups", "a.xml", /is an \.xml file, and the protocol "groups" reads a text file/],
  ] as const) {
    await t.throwsAsync(attempt(protocol, name, "0,x"), { ...truthful, message });
  }
  await t.throwsAsync(readGroundTruth("groups", root), { ...truthful, message: /is a folder, and/ });
  await t.throwsAsync(readGroundTruth("groups", join(root, "none.csv")), {
    ...truthful,
    message: /cannot be read \(ENOENT/,
  });
  await t.throwsAsync(attempt("groups", "labels.csv", "0,x\n1,y"), { ...truthful, message: /not one of its queries/ });
});

test("query boxes and images that cannot be used are named", async (t) => {
  const root = await temporaryFolder(t);
  const [photos, queries] = [join(root, "photos"), join(root, "queries")];
  await makePhotos(photos, 4);
  await mkdir(queries);
  const model = { path: writeModel(root, "tiny.onnx", tinyGraph()), description: TINY_DESCRIPTION };
  const collection = await discover(photos, { out: join(root, "out"), extractor: { model } });
  const attempt = async (query: object, options: Partial<EvaluateOptions> = {}) => {
    const document = { format: "leitmotif-ground-truth", version: 1, queries: [{ name: "q", ...query }] };
    await writeFile(join(root, "gnd.json"), JSON.stringify(document));
    return evaluate(collection, "instre", await readGroundTruth("instre", join(root, "gnd.json")), options);
  };
  const positive = ["photo-2"];
  const outside = { x: 90, y: 0, width: 50, height: 20 };
  await t.throwsAsync(attempt({ image: "photo-0", box: outside, positive }), {
    ...invalid,
    message: /^query q: box must be within the image of 96 x 72 pixels/,
  });
  const small = { x: 40, y: 40, width: 0.5, height: 0.5 };
  t.is((await attempt({ image: "photo-0", box: small, positive })).methods[0]?.measured, 1, "grown to a cell");
  await t.throwsAsync(attempt({ image: "clean", positive }), { ...truthful, message: /1 of the 2 images .*clean/ });
  await writeFile(join(queries, "clean.png"), "no image");
  await t.throwsAsync(attempt({ image: "clean", positive }, { queriesFrom: queries }), {
    code: "ERR_IMAGE",
    message: /^query q: .*clean\.png cannot be used/,
  });
  await copyFile(join(photos, "photo-0.png"), join(queries, "clean.png"));
  const elsewhere = await attempt({ image: "clean", positive }, { queriesFrom: queries });
  t.is(elsewhere.methods.length, 2 * (collection.manifest.descriptors.length + 2));
  const truth = await readGroundTruth("instre", join(root, "gnd.json"));
  const within = await attempt({ image: "photo-0", positive });
  t.deepEqual(elsewhere.methods[0]?.averagePrecisions, within.methods[0]?.averagePrecisions, "fed, or as stored");
  await t.throwsAsync(attempt({ image: "x", positive }, { queriesFrom: join(root, "none") }), {
    code: "ERR_IMAGE",
    message: /there is no folder/,
  });
  const stopped = evaluate(collection, "instre", truth, { queriesFrom: queries }, { signal: AbortSignal.abort() });
  await t.throwsAsync(stopped, { code: "ERR_ABORTED" });
});
