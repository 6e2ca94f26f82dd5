/**
 * The whole job after the network, for 105,000 images: extrapolated from two runs of `discover` on generated maps of
 * real sparsity, 2,500 and 5,000 of them (--short: 150 and 300), which are streamed and not held. Stages that take each
 * image alone grow with the images; those that relate all regions, and object saliency, which searches them, as fast as
 * they did between the two runs, at least linearly and at most with the square.
 *
 *     npx tsx bench/rows/whole-job.ts [--short]
 *
 * Times are scaled to a machine of G = 400 GFLOP/s.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { type ActivationMap, discover } from "../../lib/index.js";
import { measureRates } from "../support/machine.js";
import { overlaidMaps, photoMaps } from "../support/photo-maps.js";
import { report, row, type Row, SHORT } from "../support/rows.js";

const [IMAGES, FLOPS, ROOM] = [105_000, 400e9, 12];
const COUNTS = SHORT ? [150, 300] : [2500, 5000];
/** Time that is not ours: generating the maps stands for the network. */
const NOT_OURS = "extraction";
/** Stages whose time for all images grows faster than their number. */
const RELATING = ["whitening", "graph", "centrality", "object saliency", "objects"];

interface Run {
  seconds: Map<string, number>;
  regions: number;
}

async function run(photos: readonly ActivationMap[], images: number, height: number, width: number): Promise<Run> {
  const out = await mkdtemp(join(tmpdir(), "leitmotif-bench-"));
  try {
    const { manifest } = await discover(overlaidMaps(photos, images, height, width), { out });
    const seconds = Object.entries(manifest.timings).map(([stage, timing]) => [stage, timing.seconds] as const);
    return { seconds: new Map(seconds.filter(([stage]) => stage !== NOT_OURS)), regions: manifest.counts.regions };
  } finally {
    await rm(out, { recursive: true });
  }
}

/** What a stage comes to for all images. */
function extrapolated(stage: string, first: number, second: number): number {
  const [fewer = 1, more = 1] = COUNTS;
  const grown = Math.log(second / first) / Math.log(more / fewer);
  const power = RELATING.includes(stage) ? Math.min(2, Math.max(1, grown)) : 1;
  return second * (IMAGES / more) ** power;
}

async function measure(photos: readonly ActivationMap[], height: number, width: number, side: number, hours: number) {
  const runs: Run[] = [];
  for (const count of COUNTS) runs.push(await run(photos, count, height, width));
  const [fewer, more] = runs as [Run, Run];
  const { flops } = measureRates(availableParallelism());
  const stages = [...more.seconds].map(([stage, seconds]) => {
    const whole = extrapolated(stage, fewer.seconds.get(stage) || seconds, seconds);
    return { stage, hours: (whole * flops) / FLOPS / 3600 };
  });
  stages.sort((a, b) => b.hours - a.hours);
  const total = stages.reduce((sum, stage) => sum + stage.hours, 0);
  const largest = stages.slice(0, 3).map((stage) => `${stage.stage} ${stage.hours.toFixed(2)}`);
  const regions = ((more.regions * IMAGES) / (COUNTS[1] as number) / 1e6).toFixed(2);
  return row({
    stage: `the whole job at ${side} pixels`,
    work: `${IMAGES} maps of ${height} × ${width}, ${regions}M regions, from ${COUNTS.join(" and ")}; most: ${largest.join(", ")}`,
    unit: "h at G = 400 GFLOP/s",
    ours: total,
    bound: { name: "goal", value: hours },
    ratio: total / hours,
    goal: { ratio: "ours / goal", atMost: 1 },
  });
}

const photos = await photoMaps();
const rows: Row[] = [await measure(photos, 24, 32, 512, 3), await measure(photos, 48, 64, 1024, 8)];
const peak = process.resourceUsage().maxRSS / 2 ** 20;
rows.push(
  row({
    stage: "the whole job: memory",
    work: `${COUNTS[1]} images of 48 × 64 cells, this process with the network and its maps`,
    unit: "GiB at most",
    ours: peak,
    bound: { name: "for 105,000 images", value: ROOM },
    ratio: peak / ROOM,
    goal: { ratio: "ours / room", atMost: 1 },
  }),
);
report(rows);
