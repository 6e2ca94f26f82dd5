/**
 * What a call costs besides its kernel, and how long batched calls hold the event loop.
 *
 *     node --import ./bench/support/register-typescript.mjs bench/rows/calls.ts [--short]
 */
import { availableParallelism } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { detectRegionsBatch, featureSaliencyBatch, type Matrix, RegionGraph, Whitening } from "../../lib/index.js";
import { Random } from "../../lib/evaluation/scenes/random.js";
import { syntheticMap } from "../support/activation-maps.js";
import { shortest } from "../support/measure.js";
import { report, row, SHORT } from "../support/rows.js";

const [MAPS, VECTORS, COLUMNS, TRIALS] = [256, SHORT ? 20_000 : 50_000, 512, 5];
const threads = availableParallelism();

const drawn = Array.from({ length: 32 }, (_, i) => syntheticMap(24, 32, COLUMNS, 1 + (i % 5), i));
const maps = Array.from({ length: MAPS }, (_, i) => drawn[i % drawn.length] as (typeof drawn)[number]);
const cells = maps.map(() => ({ data: Float32Array.of(1), height: 1, width: 1, channels: 1 }));
const random = new Random("calls");
const vectors: Matrix = {
  data: Float32Array.from({ length: VECTORS * COLUMNS }, () => random.normal() / Math.sqrt(COLUMNS)),
  rows: VECTORS,
  columns: COLUMNS,
};

const whole = await shortest(20, () => featureSaliencyBatch(maps, {}, { threads }));
const call = await shortest(20, () => featureSaliencyBatch(cells, {}, { threads }));

/** The longest time, in milliseconds, that a call kept timers waiting: of some trials the one that was least disturbed. */
async function held(body: () => Promise<unknown>): Promise<number> {
  const trials: number[] = [];
  for (let i = 0; i < TRIALS; i++) trials.push(await longestDelay(body));
  return Math.min(...trials);
}

async function longestDelay(body: () => Promise<unknown>): Promise<number> {
  const monitor = monitorEventLoopDelay({ resolution: 1 });
  monitor.enable();
  await new Promise((resolve) => setTimeout(resolve, 20));
  monitor.reset();
  await body();
  monitor.disable();
  return monitor.max / 1e6;
}

// A thread fewer than there are cores, so that what is measured is not the scheduler.
const run = { threads: Math.max(1, threads - 1) };
const calls = {
  [`featureSaliencyBatch, ${MAPS} maps`]: () => featureSaliencyBatch(maps, {}, run),
  [`detectRegionsBatch, ${MAPS} maps`]: async () =>
    detectRegionsBatch(await featureSaliencyBatch(maps, {}, run), {}, run),
  [`Whitening.fit and applyBatch, ${VECTORS} × ${COLUMNS}`]: async () =>
    (await Whitening.fit(vectors, { dimensions: 256, ...run })).applyBatch(vectors, run),
  [`RegionGraph.build and centrality, ${VECTORS} × ${COLUMNS}`]: async () =>
    (await RegionGraph.build(vectors, run)).centrality(run),
};
const delays: [string, number][] = [];
for (const [name, body] of Object.entries(calls)) delays.push([name, await held(body)]);

report([
  row({
    stage: "calls: cost over the kernel",
    work: `featureSaliencyBatch, ${MAPS} maps of 24 × 32 × ${COLUMNS}, ${threads} threads`,
    unit: "ms",
    ours: call,
    bound: { name: "the batch", value: whole },
    ratio: call / whole,
    goal: { ratio: "call of empty work / batch", atMost: 0.01 },
  }),
  ...delays.map(([work, value]) =>
    row({
      stage: "calls: event loop held",
      work,
      unit: "ms",
      ours: value,
      ratio: value / 5,
      goal: { ratio: "longest delay / 5 ms", atMost: 1 },
    }),
  ),
]);
