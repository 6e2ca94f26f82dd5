/**
 * Table 1 on photographs: every method, without and with diffusion, on cartons among others of their kind (each photo
 * asks for the others of its class; then the clean product pictures ask) and on playing cards (each box asks):
 * `node --import ./bench/support/register-typescript.mjs bench/table-1.ts [model] [data] [work] [os-expand]`
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import {
  type Collection,
  discover,
  DISCOVER_DEFAULTS,
  evaluate,
  type EvaluateOptions,
  type Evaluation,
  GLOBAL_DESCRIPTORS,
  type MethodMeasures,
  type Protocol,
  readGroundTruth,
} from "../lib/index.js";

const [
  model = "default",
  data = "../shared/data",
  work = join(tmpdir(), "leitmotif-table-1"),
  expand = DISCOVER_DEFAULTS.objectRegions.expand,
] = process.argv.slice(2);
const groceries = join(data, "groceries");
const cards = join(data, "cards");
const iconic = join(groceries, "iconic-images-and-descriptions");

function collectionOf(name: string, folders: string[]): Promise<Collection> {
  const out = join(work, `${name}-${basename(model, ".onnx")}`);
  return discover(folders, {
    out,
    extractor: { model },
    objectRegions: { expand: Number(expand) },
    descriptors: { kinds: GLOBAL_DESCRIPTORS },
  });
}

/** The cells of the lines of a CSV that speak of cartons. */
async function cartons(file: string): Promise<string[][]> {
  const lines = (await readFile(join(groceries, file), "utf8")).split(/\r?\n/);
  return lines.filter((line) => line.includes("/Packages/")).map((line) => line.split(","));
}

async function measured(collection: Collection, protocol: Protocol, path: string, options?: Partial<EvaluateOptions>) {
  const evaluation = await evaluate(collection, protocol, await readGroundTruth(protocol, path), options);
  const { groups, localisation } = evaluation;
  console.error(JSON.stringify({ path: basename(path), groups, localisation }));
  return evaluation;
}

await mkdir(work, { recursive: true });
const photos = (await cartons("images.csv")).map(([path, label]) => `${path},${label}`);
const clean = (await cartons("classes.csv")).map((cells) => `${basename(cells[4] as string)},${cells[1]}`);
await writeFile(join(work, "cartons.csv"), photos.join("\n"));
await writeFile(join(work, "clean.csv"), [...photos, ...clean].join("\n"));

const shops = await collectionOf("groceries", [join(groceries, "train"), join(groceries, "val")]);
const tables = await collectionOf("cards", [cards]);
const evaluations = [
  await measured(shops, "groups", join(work, "cartons.csv")),
  await measured(shops, "groups", join(work, "clean.csv"), { queriesFrom: iconic }),
  await measured(tables, "boxes", cards),
];

const percent = (share: number) => (100 * share).toFixed(1);
const cell = (row: MethodMeasures | undefined) =>
  row ? `${percent(row.mAP)} (${percent(row.interval.low)}–${percent(row.interval.high)})` : "";
const columns = evaluations.flatMap((evaluation: Evaluation) =>
  [false, true].map(
    (diffusion) => (method: string) =>
      cell(evaluation.methods.find((row) => row.method === method && row.diffusion === diffusion)),
  ),
);
console.log(`${basename(model)}: mAP in percent (95 % interval)\n`);
console.log("| method | cartons | diffusion | clean pictures | diffusion | cards | diffusion |");
console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
for (const method of new Set(evaluations.flatMap(({ methods }) => methods.map((row) => row.method)))) {
  console.log(`| ${[method, ...columns.map((column) => column(method))].join(" | ")} |`);
}
