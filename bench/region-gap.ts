/**
 * How far regions on true objects stand out from the others (issue of weak features: centrality separates only as well
 * as they do): `node --import ./bench/support/register-typescript.mjs bench/region-gap.ts <photos> <boxes> <model>[@preset]...`
 *
 * Photos with Pascal VOC boxes beside them or in <boxes>; for each model the cosine of a region to its nearest region of
 * another image, the AUC of centrality and of saliency, precision of FS and OS, and CorLoc.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Collection,
  corLoc,
  discover,
  type DiscoverPreset,
  nearestNeighbours,
  readGroundTruth,
  resolveGroundTruth,
  type SaliencyMap,
  saliencyPrecision,
} from "../lib/index.js";
import { shareWithin } from "./support/share-within.js";

/** Share of a region that must lie on an object for it to count as the object's. */
const ON_OBJECT = 0.5;
const NEIGHBOURS = 20;

const [photos, boxes, ...models] = process.argv.slice(2);
if (!photos || !boxes || models.length === 0) throw new Error("usage: region-gap.ts <photos> <boxes> <model>...");

const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** How often a value of an object's region is above one of another region. */
function auc(values: readonly number[], onObject: readonly boolean[]): number {
  const order = [...values.keys()].sort((a, b) => (values[a] as number) - (values[b] as number));
  let others = 0;
  let above = 0;
  for (const i of order) {
    if (onObject[i]) above += others;
    else others++;
  }
  return above / (others * (values.length - others));
}

/** Cosine of each region to the nearest of another image. */
async function nearestElsewhere(collection: Collection): Promise<number[]> {
  const { vectors, owner } = await collection.regionModel();
  const { ids, similarities, k } = await nearestNeighbours(vectors, vectors, { k: NEIGHBOURS, excludeSelf: true });
  return Array.from({ length: vectors.rows }, (_, i) => {
    for (let j = 0; j < k; j++)
      if (owner[ids[i * k + j] as number] !== owner[i]) return similarities[i * k + j] as number;
    return 0;
  });
}

async function measure(choice: string): Promise<Record<string, number>> {
  const out = await mkdtemp(join(tmpdir(), "leitmotif-bench-"));
  try {
    const [model, preset] = choice.split("@") as [string, DiscoverPreset?];
    const collection = await discover(photos as string, { out, preset, extractor: { model } });
    const paths = collection.images.map(({ path }) => path);
    const truth = resolveGroundTruth(await readGroundTruth("boxes", boxes as string), paths, { protocol: "boxes" });
    const trueBoxes = paths.map((_, i) => truth.boxes.get(i) ?? []);
    const onObject = collection.images.flatMap(({ featureRegions }, i) =>
      featureRegions.map(({ box }) => (trueBoxes[i] ?? []).some((b) => shareWithin(box, b) > ON_OBJECT)),
    );
    const { saliency, centrality } = await collection.regionModel();
    const nearest = await nearestElsewhere(collection);
    const precision = async (read: (i: number) => Promise<SaliencyMap>) =>
      mean(
        await Promise.all(
          collection.images.map(async (image, i) => saliencyPrecision(await read(i), trueBoxes[i] ?? [], image)),
        ),
      );
    const located = (kind: "featureRegions" | "objectRegions") =>
      corLoc(
        collection.images.map((image) => image[kind].map(({ box }) => box)),
        trueBoxes,
      );
    const [fs, os] = [located("featureRegions"), located("objectRegions")];
    return {
      "regions an image": onObject.length / collection.images.length,
      "on objects": mean(onObject.map(Number)),
      "cosine, objects": median(nearest.filter((_, i) => onObject[i])),
      "cosine, others": median(nearest.filter((_, i) => !onObject[i])),
      "AUC of cosine": auc(nearest, onObject),
      "AUC of centrality": auc([...centrality], onObject),
      "AUC of saliency": auc([...saliency], onObject),
      "FS precision": await precision((i) => collection.featureSaliency(i)),
      "OS precision": await precision((i) => collection.objectSaliency(i)),
      "CorLoc FS any": fs.any,
      "CorLoc FS first": fs.first,
      "CorLoc OS any": os.any,
      "CorLoc OS first": os.first,
    };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

const columns: Record<string, Record<string, number>> = {};
for (const model of models) columns[model.replace(/^.*[\\/]/, "")] = await measure(model);
const rows = Object.keys(Object.values(columns)[0] ?? {}).map((row): [string, Record<string, string>] => [
  row,
  Object.fromEntries(Object.entries(columns).map(([model, values]) => [model, (values[row] as number).toFixed(3)])),
]);
console.table(Object.fromEntries(rows));
