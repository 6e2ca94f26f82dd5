/**
 * Which form of the method does best on photos: one parameter changed at a time, on a folder with Pascal VOC boxes.
 * `node --import ./bench/support/register-typescript.mjs bench/ablation.ts <images> <annotations> [model] [variants, as a regular expression] [scales]`
 *
 * Queries are the true boxes, each the maximum over its cells, whitened as the descriptor that it is compared with; the
 * box's own photo is taken out. Columns: mAP by each global descriptor and by the best of an image's regions (all, and
 * the three most central), share of OS within the boxes, images whose first or any OS region meets a box (CorLoc), OS
 * regions an image, the same of FS regions, objects found and the share of their regions that lie on a box for more than 30 %.
 */
import { Photos } from "../lib/discovery/photos.js";
import { FirstPass, type FirstValue } from "../lib/discovery/first-pass.js";
import { groupRegions } from "../lib/discovery/group-regions.js";
import { listFolders } from "../lib/discovery/list-images.js";
import { describeImages } from "../lib/discovery/outcome.js";
import { resolveParameters } from "../lib/discovery/parameters.js";
import { MemoryStore, type PassValue } from "../lib/discovery/record-store.js";
import { type DiscoveredRegions, gatherRegions, relateRegions } from "../lib/discovery/relate-regions.js";
import { RunContext } from "../lib/discovery/run-context.js";
import { secondPass } from "../lib/discovery/second-pass.js";
import { folderSource } from "../lib/discovery/source.js";
import { storedMap } from "../lib/discovery/stored-map.js";
import { survey } from "../lib/discovery/survey.js";
import { chooseWhitening, matchingPairs } from "../lib/discovery/whitening-lessons.js";
import {
  ActivationExtractor,
  averagePrecision,
  corLoc,
  type GlobalDescriptor,
  type Matrix,
  type ParameterOptions,
  type PixelBox,
  poolRegions,
  readGroundTruth,
  type Relevance,
  resolveGroundTruth,
  saliencyPrecision,
  toCellRectangle,
  toPixelBox,
  Whitening,
} from "../lib/index.js";
import { VARIANTS } from "./support/ablation-variants.js";

const KINDS: GlobalDescriptor[] = ["MAC", "R-MAC", "FS.EGM", "OS.EGM", "OS.EGM-Delta", "OS.wEGM", "FS.wMAC", "OS.wMAC"];

const [folder, annotations, model = "default", wanted = "", scales = "1"] = process.argv.slice(2);
if (!folder || !annotations) throw new Error("usage: bench/ablation.ts <images> <annotations> [model] [variants]");
const context = new RunContext(undefined, undefined, 2);
const listing = await listFolders([folder], { except: "", signal: undefined });
await using extractor = await ActivationExtractor.open({ model, threads: 2, scales: scales.split(",").map(Number) });
const truth = resolveGroundTruth(
  await readGroundTruth("boxes", annotations),
  listing.images.map((path) => path),
  { protocol: "boxes" },
);

/** What the first pass gave, for each of its options. */
const passed = new Map<string, Awaited<ReturnType<typeof passFirst>>>();

async function passFirst(options: ParameterOptions) {
  const parameters = resolveParameters("default", options);
  const first = new MemoryStore<FirstValue>();
  const source = folderSource(listing.root, { ...listing, skipped: [] }, extractor);
  const paths = await new FirstPass(source, first, parameters, context).run();
  if (paths.length !== listing.images.length) throw new Error("an image cannot be read: take it away");
  return { paths, first, counts: await survey(paths, first, source) };
}

/** Mean of the queries' average precisions. */
function meanAveragePrecision(scores: (query: number) => Float32Array): number {
  const relevances = (truth.levels[0] as (typeof truth.levels)[number]).relevances;
  const values = relevances.flatMap((relevance: Relevance, query) => {
    if (relevance.positive.length === 0) return [];
    const of = scores(query);
    const ranking = Array.from(of.keys()).sort((a, b) => (of[b] as number) - (of[a] as number) || a - b);
    return [averagePrecision(ranking, relevance)];
  });
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Inner products of rows, as a function of the row of `queries`. */
const products = (queries: Matrix, vectors: Matrix) => (query: number) => {
  const q = queries.data.subarray(query * queries.columns, (query + 1) * queries.columns);
  return Float32Array.from({ length: vectors.rows }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < vectors.columns; j++)
      sum += (q[j] as number) * (vectors.data[i * vectors.columns + j] as number);
    return sum;
  });
};

/** The best of each image's regions; of them, the `count` most central. */
function bestRegion({ owner, centrality }: DiscoveredRegions, scores: Float32Array, count: number): Float32Array {
  const best = new Float32Array(listing.images.length).fill(-1);
  const ranked = Array.from(owner.keys()).sort((a, b) => (centrality[b] as number) - (centrality[a] as number));
  const taken = new Int32Array(best.length);
  for (const region of ranked) {
    const image = owner[region] as number;
    if ((taken[image] as number) >= count) continue;
    taken[image] = (taken[image] as number) + 1;
    best[image] = Math.max(best[image] as number, scores[region] as number);
  }
  return best;
}

async function measure(options: ParameterOptions): Promise<Record<string, number>> {
  const resolved = resolveParameters("default", { ...options, descriptors: { ...options.descriptors, kinds: KINDS } });
  const key = JSON.stringify([resolved.featureSaliency, resolved.featureRegions, resolved.uniform]);
  const pass = passed.get(key) ?? (await passFirst({ ...options, descriptors: { kinds: KINDS } }));
  passed.set(key, pass);
  const { paths, first, counts } = pass;
  const { parameters, given } = await chooseWhitening(resolved, paths.length);
  const lessons = { given, photos: new Photos(listing.root, extractor) };
  const views = new MemoryStore<PassValue & { views: number }>();
  const known = { paths, first, channels: counts.channels };
  const pairs = await matchingPairs(lessons, known, parameters, context, () => Promise.resolve(views));
  const regions = await relateRegions(await gatherRegions(paths, first, counts), parameters, context, pairs);
  const second = new MemoryStore<PassValue>();
  const passes = { paths, first, second };
  await secondPass({ ...passes, model: regions }, parameters, context);

  const columns = counts.channels;
  const raw = { data: new Float32Array(truth.queries.length * columns), rows: truth.queries.length, columns };
  for (const [i, { image, box }] of truth.queries.entries()) {
    const record = await first.read(paths[image as number] as string);
    const map = await storedMap(record, undefined, undefined);
    raw.data.set(poolRegions(map, [toCellRectangle(box as PixelBox, map, record.value.image)]).data, i * columns);
  }
  const result: Record<string, number> = {};
  for (const kind of KINDS) {
    const { vectors, mean } = await describeImages(passes, kind, regions.whitening, parameters, context);
    const queries = new Whitening({ mean, projection: regions.whitening.projection }).apply(raw);
    result[kind] = meanAveragePrecision(products(queries, vectors));
  }
  const found = products(regions.whitening.apply(raw), regions.vectors);
  result.regions = meanAveragePrecision((query) => bestRegion(regions, found(query), Infinity));
  result["3 central"] = meanAveragePrecision((query) => bestRegion(regions, found(query), 3));

  const located: { found: PixelBox[]; boxes: readonly PixelBox[] }[] = [];
  let [precision, objectRegions] = [0, 0];
  for (const [image, boxes] of truth.boxes) {
    const { value } = await first.read(paths[image] as string);
    const own = await second.read(paths[image] as string);
    const map = { data: own.arrays.saliency as Float32Array, ...value.map };
    precision += saliencyPrecision(map, boxes, value.image) / truth.boxes.size;
    objectRegions += own.value.regions.length / truth.boxes.size;
    located.push({ found: own.value.regions.map((region) => toPixelBox(region, value.map, value.image)), boxes });
  }
  result["OS precision"] = precision;
  const { first: firstRegion, any } = corLoc(
    located.map(({ found: detected }) => detected),
    located.map(({ boxes }) => boxes),
  );
  Object.assign(result, { "CorLoc first": firstRegion, "CorLoc any": any, "OS regions": objectRegions });

  const places = await regionBoxes(paths, first);
  const featureBoxes: PixelBox[][] = paths.map(() => []);
  for (const { box, image } of places) featureBoxes[image]?.push(box);
  const images = [...truth.boxes];
  const features = corLoc(
    images.map(([image]) => featureBoxes[image] ?? []),
    images.map(([, boxes]) => boxes),
  );
  Object.assign(result, { "FS first": features.first, "FS any": features.any });
  result["FS regions"] = places.length / paths.length;

  const objects = await groupRegions(regions, parameters, context);
  const members = objects.flatMap((object) => Array.from(object.members));
  const right = members.filter((region) => {
    const { box, image } = places[region] as (typeof places)[number];
    return truth.boxes.get(image)?.some((true_) => shareWithin(box, true_) > 0.3);
  });
  return { ...result, objects: objects.length, "on boxes": right.length / Math.max(1, members.length) };
}

async function regionBoxes(paths: readonly string[], first: MemoryStore<FirstValue>) {
  const places: { box: PixelBox; image: number }[] = [];
  for (const [image, path] of paths.entries()) {
    const { value } = await first.read(path);
    for (const region of value.regions) places.push({ box: toPixelBox(region, value.map, value.image), image });
  }
  return places;
}

function shareWithin(region: PixelBox, box: PixelBox): number {
  const side = (a: number, b: number, c: number, d: number) => Math.max(0, Math.min(a + b, c + d) - Math.max(a, c));
  const across = side(region.x, region.width, box.x, box.width);
  return (across * side(region.y, region.height, box.y, box.height)) / (region.width * region.height);
}

let header = true;
for (const [name, options] of Object.entries(VARIANTS)) {
  if (!new RegExp(wanted).test(name)) continue;
  const result = await measure(options);
  if (header) console.log(["variant".padEnd(26), ...Object.keys(result)].join("  "));
  header = false;
  const cells = Object.entries(result).map(([key, value]) =>
    (Number.isInteger(value) && value > 1 ? String(value) : value.toFixed(3)).padStart(Math.max(5, key.length)),
  );
  console.log([name.padEnd(26), ...cells].join("  "));
}
