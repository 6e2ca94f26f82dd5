/**
 * The three whitenings side by side on labelled photos, one label a photo:
 * `node --import ./bench/support/register-typescript.mjs bench/whitening.ts <labels.csv> <model> <folder...>`
 *
 * Leave-one-out mAP of whole photos by global descriptors and by their regions (the sum, over the query's, of the best of
 * the image's); photos without a label are distractors. Pairs are drawn from every other label, and all three methods
 * are measured on the remaining ones as well. Then mAP against the number of photos that are looked at again; then, after
 * the second pass, how well the found objects agree with the labels.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FirstPass, type FirstValue } from "../lib/discovery/first-pass.js";
import { groupRegions } from "../lib/discovery/group-regions.js";
import { listFolders } from "../lib/discovery/list-images.js";
import { describeImages } from "../lib/discovery/outcome.js";
import { resolveParameters } from "../lib/discovery/parameters.js";
import { Photos } from "../lib/discovery/photos.js";
import { MemoryStore, type PassValue } from "../lib/discovery/record-store.js";
import { gatherRegions, relateRegions } from "../lib/discovery/relate-regions.js";
import { RunContext } from "../lib/discovery/run-context.js";
import { secondPass } from "../lib/discovery/second-pass.js";
import { defaultPhotos, type ViewsValue } from "../lib/discovery/self-made-pairs.js";
import { folderSource } from "../lib/discovery/source.js";
import { survey } from "../lib/discovery/survey.js";
import { chooseWhitening, matchingPairs } from "../lib/discovery/whitening-lessons.js";
import { Random } from "../lib/evaluation/scenes/random.js";
import {
  ActivationExtractor,
  averagePrecision,
  crossMatch,
  type GlobalDescriptor,
  groupAgreement,
  type Matrix,
  type Parameters,
  readGroundTruth,
  resolveGroundTruth,
} from "../lib/index.js";

const KINDS: GlobalDescriptor[] = ["MAC", "R-MAC", "FS.EGM"];
const PAIRS_A_LABEL = 40;

const [csv, model = "default", ...folders] = process.argv.slice(2);
if (!csv || folders.length === 0) throw new Error("usage: bench/whitening.ts <labels.csv> <model> <folder...>");
const context = new RunContext(undefined, undefined, 2);
const scratch = mkdtempSync(join(tmpdir(), "leitmotif-whitening-"));
const listing = await listFolders(folders, { except: scratch, signal: undefined });
const extractor = await ActivationExtractor.open({ model, threads: context.threads });
const defaults = resolveParameters("default", { descriptors: { kinds: KINDS } });
const first = new MemoryStore<FirstValue>();
const source = folderSource(listing.root, listing, extractor);
const began = performance.now();
const paths = await new FirstPass(source, first, defaults, context).run();
const perImage = (performance.now() - began) / paths.length;
const known = { paths, first, channels: (await survey(paths, first, source)).channels };
const raw = await gatherRegions(paths, first, await survey(paths, first, source));
const truth = resolveGroundTruth(await readGroundTruth("groups", csv), paths, { protocol: "groups" });
const labels = [...new Set(truth.labels.values())].sort();
const teaching = new Set(labels.filter((_, i) => i % 2 === 1));
const pairsFile = writePairs();
const views = new MemoryStore<ViewsValue>();

/** Pairs of whole photos of the labels that teach. */
function writePairs(): string {
  const random = new Random("pairs");
  const lines = [...teaching].flatMap((label) => {
    const of = [...truth.labels].filter(([, own]) => own === label).map(([id]) => paths[id] as string);
    return Array.from({ length: PAIRS_A_LABEL }, () => random.shuffle(of).slice(0, 2))
      .filter((pair) => pair.length === 2)
      .map((pair) => pair.map((path) => `"${path.replaceAll('"', '""')}"`).join(","));
  });
  const file = join(scratch, "pairs.csv");
  writeFileSync(file, lines.join("\n"));
  return file;
}

async function learn(whitening: Partial<Parameters["whitening"]>) {
  const wanted = { ...defaults, whitening: { ...defaults.whitening, ...whitening } };
  const { parameters, given } = await chooseWhitening(wanted, paths.length);
  const lessons = { given, photos: new Photos(listing.root, extractor) };
  const pairs = await matchingPairs(lessons, known, parameters, context, () => Promise.resolve(views));
  return { parameters, regions: await relateRegions(raw, parameters, context, pairs) };
}

type Scores = (query: number) => Promise<Float32Array> | Float32Array;

/** mAP over all queries, and over those whose label did not teach. */
async function means(scores: Scores): Promise<[all: number, rest: number]> {
  const relevances = truth.levels[0]?.relevances ?? [];
  const [all, rest]: [number[], number[]] = [[], []];
  for (const [query, { image }] of truth.queries.entries()) {
    const of = await scores(image as number);
    const ranking = Array.from(of.keys()).sort((a, b) => (of[b] as number) - (of[a] as number) || a - b);
    const value = averagePrecision(ranking, relevances[query] as (typeof relevances)[number]);
    all.push(value);
    if (!teaching.has(truth.labels.get(image as number) as string)) rest.push(value);
  }
  return [all, rest].map((values) => values.reduce((a, b) => a + b, 0) / values.length) as [number, number];
}

const products =
  ({ data, rows, columns }: Matrix): Scores =>
  (query) => {
    const q = data.subarray(query * columns, (query + 1) * columns);
    return Float32Array.from({ length: rows }, (_, i) => {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += (q[j] as number) * (data[i * columns + j] as number);
      return sum;
    });
  };

async function measure(name: string, whitening: Partial<Parameters["whitening"]>): Promise<void> {
  const { parameters, regions } = await learn(whitening);
  const passes = { paths, first, second: new MemoryStore<PassValue>() };
  const columns: string[] = [];
  const add = async (kind: string, scores: Scores) => {
    const [all, rest] = await means(scores);
    columns.push(`${kind} ${all.toFixed(3)} (${rest.toFixed(3)})`);
  };
  for (const kind of KINDS) {
    const { vectors } = await describeImages(passes, kind, regions.whitening, parameters, context);
    await add(kind, products(vectors));
  }
  const { vectors, owner } = regions;
  const starts = paths.map((_, image) => owner.findIndex((own) => own >= image));
  await add("regions", async (query) => {
    const begin = starts[query] as number;
    const end = query + 1 < starts.length ? (starts[query + 1] as number) : -1;
    const own = vectors.data.subarray(begin * vectors.columns, (end < 0 ? vectors.rows : end) * vectors.columns);
    if (own.length === 0) return new Float32Array(paths.length);
    const matrix = { data: own, rows: own.length / vectors.columns, columns: vectors.columns };
    return (await crossMatch(matrix, { vectors, owner, images: paths.length })).scores;
  });
  console.log([name.padEnd(20), ...columns].join("  "));
}

async function agree(name: string, whitening: Partial<Parameters["whitening"]>): Promise<void> {
  const { parameters, regions } = await learn(whitening);
  const passes = { paths, first, second: new MemoryStore<PassValue>() };
  await secondPass({ ...passes, model: regions }, parameters, context);
  const objects = await groupRegions(regions, parameters, context);
  const { purity, nmi, coverage, labelsFound } = groupAgreement(
    objects.map(({ photos }) => photos),
    truth.labels,
  );
  console.log(
    `${name.padEnd(20)}  ${objects.length} objects, purity ${purity.toFixed(3)}, NMI ${nmi.toFixed(3)}, ` +
      `coverage ${coverage.toFixed(3)}, ${labelsFound} of ${labels.length} labels found`,
  );
}

console.log(`${paths.length} photos, ${raw.owner.length} regions, ${truth.queries.length} queries`);
console.log("mAP (of the labels that did not teach the pairs)");
await measure("pca", { method: "pca" });
await measure("self", { method: "self" });
const looks = context.stopwatch.timings.pairs;
console.log(
  `  ${looks?.items} photos looked at again in ${looks?.seconds.toFixed(1)} s; the first pass took ${perImage.toFixed(0)} ms an image`,
);
await measure("pairs", { method: "pairs", pairs: pairsFile });
for (const photos of [10, 20, 40, 80, 2 * defaultPhotos(paths.length)]) {
  await measure(`self, ${photos} photos`, { method: "self", photos });
}
await agree("pca", { method: "pca" });
await agree("self", { method: "self" });
rmSync(scratch, { recursive: true });
await extractor[Symbol.asyncDispose]();
