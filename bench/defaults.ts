/**
 * The table of docs/defaults.md: what each parameter of object saliency does, changed alone, on playing cards, composites
 * and 250 drawn scenes, whose boxes ask. OS.EGM without diffusion, precision of object saliency, and CorLoc of any object
 * region, in percent; the default's value is bold.
 * `node --import ./bench/support/register-typescript.mjs bench/defaults.ts [model] [data] [work]`
 */
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parameterOf } from "../lib/cli/discover-options.js";
import { DISCOVER_DEFAULTS, type Evaluation, readGroundTruth, sweep, type SweptParameter } from "../lib/index.js";
import { percent } from "../lib/report/evaluation/percent.js";
import { boxesIn, type TableSet, tableSets } from "./support/table-sets.js";

/** Options of discover, and the values that each takes. */
const SWEPT: Record<string, readonly number[]> = {
  "os-expand": [1, 1.3, 1.5, 2],
  "patch-side": [5, 7, 9, 13],
  "patch-k": [5, 10, 20, 50],
  Theta: [1, 2, 3, 4],
  "os-tau": [0, 0.05, 0.1, 0.2],
  "os-rho": [1, 2, 3, 4],
  beta: [2, 3, 5],
  k: [10, 20, 50],
  theta: [1, 3, 6],
};
const METHOD = "OS.EGM";

const [model = "default", data = "../shared/data", work = join(tmpdir(), "leitmotif-table-1")] = process.argv.slice(2);

await mkdir(work, { recursive: true });
const known = tableSets(data, work);
const scenes = await known["scenes 21"]();
const sets: TableSet[] = [
  await known.cards(),
  await known.composites(),
  boxesIn(scenes.collection, scenes.folders[0], join(work, scenes.collection, "annotations")),
];

const figures = ({ methods, localisation }: Evaluation) =>
  [methods[0]?.mAP, localisation?.object.precision, localisation?.object.corLoc.any].map((share = Number.NaN) =>
    percent(share),
  );

/** A figure at each value, or one where it is the same at all. */
const series = (values: readonly string[]) => (new Set(values).size === 1 ? values.slice(0, 1) : values).join(", ");

async function cells(parameter: SweptParameter, values: readonly number[], set: TableSet): Promise<string[]> {
  const { points } = await sweep(set.folders[0], {
    parameter,
    values,
    protocol: set.protocol,
    truth: await readGroundTruth(set.protocol, set.groundTruth),
    out: join(work, `sweeps-${set.collection}-${basename(model, ".onnx")}`),
    extractor: { model },
    evaluation: { methods: [METHOD], diffusion: [false] },
  });
  const measured = points.map(({ evaluation }) => figures(evaluation));
  return [0, 1, 2].map((column) => series(measured.map((row) => row[column] as string)));
}

const header = sets.flatMap(({ collection }) => [`${collection}: ${METHOD}`, "precision", "CorLoc"]);
console.log(`| parameter | values | ${header.join(" | ")} |\n|${" --- |".repeat(header.length + 2)}`);
for (const [option, values] of Object.entries(SWEPT)) {
  const parameter = parameterOf(option) as SweptParameter;
  const [group, key] = parameter;
  const chosen = (DISCOVER_DEFAULTS as unknown as Record<string, Record<string, unknown>>)[group]?.[key];
  const row = [`\`--${option}\``, values.map((value) => (value === chosen ? `**${value}**` : value)).join(", ")];
  for (const set of sets) row.push(...(await cells(parameter, values, set)));
  console.log(`| ${row.join(" | ")} |`);
}
