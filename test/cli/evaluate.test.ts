import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { runCommandLine } from "../../lib/cli/program.js";
import { temporaryFolder } from "../support/folders.js";
import { writeKnownCollection } from "../support/known-collection.js";

async function command(argv: string[]) {
  let [out, err] = ["", ""];
  const code = await runCommandLine(argv, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    interactive: false,
    columns: () => 80,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

async function setting(t: ExecutionContext, labels = "a,x\nb,x\nc,y\nd,y\n") {
  const root = await temporaryFolder(t);
  const images = ["a", "b", "c", "d"].map((name, i) => ({ path: `${name}.jpg`, regions: [20 * i], objects: [i >> 1] }));
  const collection = join(root, "<collection>");
  await writeKnownCollection(collection, images, { MAC: [0, 20, 40, 60], GeM: [0, 50, 10, 60] });
  await writeFile(join(root, "labels.csv"), labels);
  const evaluate = ["evaluate", collection, "--protocol", "groups", "--ground-truth", join(root, "labels.csv")];
  return { root, evaluate };
}

test("a table over the methods, JSON and a page", async (t) => {
  const { root, evaluate } = await setting(t);
  const [json, page] = [join(root, "e.json"), join(root, "e.html")];
  const { code, out, err } = await command([...evaluate, "--json", json, "--html", page, "--seed", "7"]);
  t.is(code, 0, err);
  t.regex(out, /^groups: 4 queries, 4 images searched$/m);
  // MAC: a [b] c d; b {a c} d, the smaller index first; c {b d} a; d [c] b a.
  t.regex(out, /^MAC +81\.3 .*$/m);
  t.regex(out, /^R-Match .*$/m);
  t.notRegex(out, /^regions +\d/m);
  t.regex(out, /purity 100\.0, NMI 100\.0, 100\.0 of the labelled photos covered, 2 of 2 labels found/);
  t.regex(out, /regions is left out/);
  const document = JSON.parse(await readFile(json, "utf8"));
  t.is(document.seed, 7);
  t.is(document.methods.length, 6);
  t.like(document.methods[0], {
    method: "MAC",
    diffusion: false,
    level: null,
    measured: 4,
    mAP: (1 + 1 + 0.25 + 1) / 4,
  });
  t.like(document, { protocol: "groups", database: 4, missing: [], groups: { purity: 1 } });
  const html = await readFile(page, "utf8");
  t.regex(html, /<h1>&lt;collection&gt;<\/h1>/);
  t.regex(html, /<th scope="row">GeM<\/th>\s*<td class="number">\d/);
  t.notRegex(html, /NaN|undefined|\[object/);
});

test("some methods, without diffusion", async (t) => {
  const { evaluate } = await setting(t);
  const { code, out } = await command([...evaluate, "--methods", "GeM", "--no-diffusion"]);
  t.is(code, 0);
  t.regex(out, /^GeM /m);
  t.notRegex(out, /^MAC|^R-Match/m);
});

test("errors have their code and say the way out", async (t) => {
  const { root, evaluate } = await setting(t, "a,x\nb,x\nzebra,x\n");
  const failing = async (argv: string[], code: number, message: RegExp) => {
    const result = await command(argv);
    t.is(result.code, code, result.err);
    t.regex(result.err, message);
  };
  await failing(evaluate, 4, /1 of the 3 images .*\(zebra\).*--allow-missing.*\(ERR_GROUND_TRUTH\)\n$/);
  t.regex(
    (await command([...evaluate, "--allow-missing"])).out,
    /left out: 1 image not in the collection, such as zebra/,
  );
  await failing([...evaluate, "--allow-missing", "--methods", "VLAD"], 2, /"VLAD" \(ERR_INVALID_ARGUMENT\)/);
  await failing(["evaluate", root, ...evaluate.slice(2)], 5, /ERR_COLLECTION/);
  await failing(["evaluate", root], 2, /required option '--protocol/);
  await writeFile(join(root, "labels.csv"), Buffer.from([0x61, 0, 0xff]));
  await failing(evaluate, 4, /line 1: holds a zero byte: this is not a text file \(ERR_GROUND_TRUTH\)/);
});
