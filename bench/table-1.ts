/**
 * Table 1: every method without and with diffusion, saliency precision and CorLoc, and groups against labels, on photographs
 * and on drawn scenes (docs/evaluation.md):
 * `node --import ./bench/support/register-typescript.mjs bench/table-1.ts [model] [data] [work] [os-expand] [sets, with commas between]`
 *
 * Cartons among others of their kind (each photo asks for the others of its class; then the clean product pictures ask),
 * playing cards (each box asks), product pictures pasted small into scenes (each box asks), 250 and 2,500 scenes (a picture
 * of each object asks). Pictures that are drawn stay in the work folder and are used again; evaluations are written there.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import {
  type Collection,
  discover,
  DISCOVER_DEFAULTS,
  evaluate,
  type Evaluation,
  GLOBAL_DESCRIPTORS,
  type MapLocalisation,
  readGroundTruth,
} from "../lib/index.js";
import { percent } from "../lib/report/evaluation/percent.js";
import { type TableSet, tableSets } from "./support/table-sets.js";

const [
  model = "default",
  data = "../shared/data",
  work = join(tmpdir(), "leitmotif-table-1"),
  expand = DISCOVER_DEFAULTS.objectRegions.expand,
  wanted,
] = process.argv.slice(2);
const name = basename(model, ".onnx");

const collections = new Map<string, Promise<Collection>>();
function collectionOf({ collection, folders }: TableSet): Promise<Collection> {
  const found =
    collections.get(collection) ??
    discover([...folders], {
      out: join(work, `${collection}-${name}`),
      extractor: { model },
      objectRegions: { expand: Number(expand) },
      descriptors: { kinds: GLOBAL_DESCRIPTORS },
    });
  collections.set(collection, found);
  return found;
}

async function evaluated(set: TableSet): Promise<Evaluation> {
  const { protocol, groundTruth, queriesFrom } = set;
  return evaluate(await collectionOf(set), protocol, await readGroundTruth(protocol, groundTruth), { queriesFrom });
}

await mkdir(work, { recursive: true });
const sets = Object.entries(tableSets(data, work)).filter(([set]) => wanted?.split(",").includes(set) ?? true);
const measured: { set: string; fromElsewhere: boolean; evaluation: Evaluation }[] = [];
for (const [set, make] of sets) {
  const made = await make();
  const evaluation = await evaluated(made);
  await writeFile(join(work, `${set}-${name}.json`), JSON.stringify(evaluation));
  measured.push({ set, fromElsewhere: made.queriesFrom !== null, evaluation });
}

function print(title: string, header: string[], rows: string[][]) {
  console.log(`${title}\n`);
  for (const cells of [header, header.map(() => "---"), ...rows]) console.log(`| ${cells.join(" | ")} |`);
  console.log();
}

function accuracy({ methods }: Evaluation, method: string): string {
  const rows = methods.filter((row) => row.method === method).sort((a, b) => Number(a.diffusion) - Number(b.diffusion));
  return rows.map(({ mAP }) => percent(mAP)).join(" / ");
}
const widest = ({ methods }: Evaluation) => Math.max(...methods.map(({ interval: { low, high } }) => (high - low) / 2));
const all = new Set(measured.flatMap(({ evaluation }) => evaluation.methods.map(({ method }) => method)));
print(
  `${name}: mAP in percent without / with diffusion, and the widest 95 % interval`,
  ["", ...measured.map(({ set }) => set)],
  [
    ...[...all].map((method) => [method, ...measured.map(({ evaluation }) => accuracy(evaluation, method))]),
    ["interval", ...measured.map(({ evaluation }) => `±${percent(widest(evaluation))}`)],
  ],
);

const located = ({ precision, corLoc: { any, first } }: MapLocalisation) => [
  percent(precision),
  `${percent(any)} / ${percent(first)}`,
];
print(
  "Saliency precision and CorLoc (any / first region) in percent, where boxes are known",
  ["", "share of boxes", "FS precision", "FS CorLoc", "OS precision", "OS CorLoc"],
  measured.flatMap(({ set, evaluation: { localisation: found } }) =>
    found ? [[set, percent(found.boxShare), ...located(found.feature), ...located(found.object)]] : [],
  ),
);

print(
  "Groups against labels",
  ["", "purity", "NMI", "coverage", "labels found"],
  measured.flatMap(({ set, fromElsewhere, evaluation: { groups } }) => {
    if (!groups || fromElsewhere) return [];
    const shares = [groups.purity, groups.nmi, groups.coverage].map(percent);
    return [[set, ...shares, `${groups.labelsFound} of ${groups.labels}`]];
  }),
);
