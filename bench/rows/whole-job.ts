/**
 * The whole job after the network, for 105,000 images whose maps are generated and streamed:
 *
 * - stages that take each image alone, from a run of `discover` on 5,000 images (--short: 200; at 1,024 pixels, whose maps
 *   are four times as large, a quarter of that);
 * - stages that take all regions together on those of 8,000 and 32,000 images (--short: 1,000 and 8,000); what each
 *   region takes is taken to grow on with their number as it grew (region-lookup.ts runs them once among a million);
 * - object saliency of 400 images (--short: 64) against those regions, extrapolated likewise by image.
 *
 *     node --import ./bench/support/register-typescript.mjs bench/rows/whole-job.ts [--short]
 *
 * Maps of 1,024 pixels are looked up among the same regions, those of 512 pixels. Times are scaled to a machine of
 * G = 400 GFLOP/s, by what this one gives at the end of each part. What each part took here, with processor time of all
 * threads and memory, goes to the error output.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { discover } from "../../lib/index.js";
import { generatedRegions, lookUp, relate } from "../support/global-stages.js";
import { measureRates } from "../support/machine.js";
import { overlaidMaps, photoMaps } from "../support/photo-maps.js";
import { report, row, type Row, SHORT } from "../support/rows.js";
import { StageWatch } from "../support/stage-watch.js";

const [IMAGES, FLOPS, ROOM] = [105_000, 400e9, 12];
/** Maps that are made at most for regions; where more images are wanted, each stands for several. */
const MADE = 8000;
const [ALONE, SIZES, LOOKED_UP] = SHORT ? [200, [1000, 8000], 64] : [5000, [8000, 32_000], 400];
const FORMS = [
  { pixels: 512, height: 24, width: 32, images: ALONE, goal: 3 },
  { pixels: 1024, height: 48, width: 64, images: ALONE / 4, goal: 8 },
] as const;
type Form = (typeof FORMS)[number];

/** Parts of a run of `discover` that take all regions together, or are not ours: generating maps stands for extraction. */
const NOT_ALONE = ["extraction", "whitening", "graph", "centrality", "region index", "object saliency", "objects"];
const threads = availableParallelism();
const photos = await photoMaps();
const peaks = new Map<string, number>();

/** Hours of a machine of 400 GFLOP/s, for a second of this one now. */
const rate = () => measureRates(threads).flops / FLOPS / 3600;
const lookUpOf = ({ pixels }: Form) => `object saliency at ${pixels} pixels`;

/** Says what stages took, and notes their memory. */
function tell(watch: StageWatch): void {
  watch.tell();
  for (const [stage, { peak }] of watch.stages) peaks.set(stage, peak / 2 ** 30);
}

/** Hours that all images take in the stages that take each one alone. */
async function alone({ height, width, images }: Form): Promise<number> {
  const out = await mkdtemp(join(tmpdir(), "leitmotif-bench-"));
  const watch = new StageWatch();
  const stage = `discover, ${images} maps of ${height} × ${width}`;
  try {
    const { manifest } = await watch.time(stage, () => discover(overlaidMaps(photos, images, height, width), { out }));
    tell(watch);
    const others = NOT_ALONE.reduce((sum, part) => sum + (manifest.timings[part]?.seconds ?? 0), 0);
    return ((watch.stages.get(stage)?.seconds ?? NaN) - others) * rate() * (IMAGES / images);
  } finally {
    await rm(out, { recursive: true });
  }
}

interface Together {
  images: number;
  regions: number;
  /** By stage. */
  hours: Map<string, number>;
}

/** The stages that take the regions of so many images together; and object saliency among them, of all images. */
async function together(images: number): Promise<Together> {
  const watch = new StageWatch();
  const model = await relate(
    await generatedRegions(photos, Math.min(images, MADE), Math.ceil(images / MADE)),
    threads,
    watch,
  );
  for (const form of FORMS) {
    const { height, width } = form;
    await lookUp(overlaidMaps(photos, LOOKED_UP, height, width), model, threads, (body) =>
      watch.time(lookUpOf(form), body),
    );
  }
  tell(watch);
  const factor = rate();
  const hours = new Map([...watch.stages].map(([stage, { seconds }]) => [stage, seconds * factor]));
  for (const form of FORMS) hours.set(lookUpOf(form), (hours.get(lookUpOf(form)) as number) * (IMAGES / LOOKED_UP));
  return { images, regions: model.vectors.rows, hours };
}

const sizes: Together[] = [];
for (const images of SIZES) sizes.push(await together(images));
const largest = sizes.at(-1) as Together;

/**
 * Hours of a stage among the regions of all images: as measured, or, from two sizes, by how what each of `items` takes
 * grew with the regions.
 */
function amongAll(stage: string, items: (of: Pick<Together, "images">) => number): number {
  const each = (of: Together) => (of.hours.get(stage) as number) / items(of);
  const smaller = sizes.at(-2);
  const slope = smaller ? (each(largest) - each(smaller)) / (largest.images - smaller.images) : 0;
  return items({ images: IMAGES }) * (each(largest) + Math.max(0, slope) * (IMAGES - largest.images));
}

const relating = [...largest.hours.keys()]
  .filter((stage) => !FORMS.some((form) => lookUpOf(form) === stage))
  .map((stage) => ({ stage, hours: amongAll(stage, ({ images }) => images) }));
const rows: Row[] = [];
for (const form of FORMS) {
  const stages = [
    ...relating,
    { stage: "object saliency", hours: amongAll(lookUpOf(form), () => IMAGES) },
    { stage: "each image alone", hours: await alone(form) },
  ].sort((a, b) => b.hours - a.hours);
  const total = stages.reduce((sum, { hours }) => sum + hours, 0);
  const { pixels, height, width, goal } = form;
  const measured = sizes.map(({ regions }) => regions).join(" and ");
  rows.push(
    row({
      stage: `the whole job at ${pixels} pixels`,
      work:
        `${IMAGES} maps of ${height} × ${width}, from ${form.images}, ${measured} regions; ` +
        stages.map(({ stage, hours }) => `${stage} ${hours.toFixed(2)}`).join(", "),
      unit: "h at G = 400 GFLOP/s",
      ours: total,
      bound: { name: "goal", value: goal },
      ratio: total / goal,
      goal: { ratio: "ours / goal", atMost: 1 },
    }),
  );
}
const peak = Math.max(...peaks.values());
const most = [...peaks].filter(([, GiB]) => GiB === peak).map(([stage]) => stage);
rows.push(
  row({
    stage: "the whole job: memory",
    work: `${largest.regions} regions, photographs' maps included; most in ${most.join(" and ")}`,
    unit: "GiB at most",
    ours: peak,
    bound: { name: "for 105,000 images", value: ROOM },
    ratio: peak / ROOM,
    goal: { ratio: "ours / room", atMost: 1 },
  }),
);
report(rows);
