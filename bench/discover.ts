/**
 * Time and memory of the whole path by stage:
 * `node --import ./bench/support/register-typescript.mjs bench/discover.ts [folder] [model] [threads]`
 */
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { discover, type DiscoverEvent, IMAGE_DEFAULTS, type Stage } from "../lib/index.js";

const [folder = "../shared/data/groceries", model = "default", threads = "2"] = process.argv.slice(2);

/** Largest resident memory seen during each stage, in MiB. */
const memory = new Map<Stage | "start", number>();
let stage: Stage | "start" = "start";
const sample = () => memory.set(stage, Math.max(memory.get(stage) ?? 0, process.memoryUsage.rss() / 2 ** 20));
const timer = setInterval(sample, 50);
let work = 0;
const out = await mkdtemp(join(tmpdir(), "leitmotif-bench-"));

async function bytesIn(path: string): Promise<number> {
  const names = await readdir(path).catch((): string[] => []);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(path, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const began = performance.now();
const collection = await discover(folder, {
  out,
  threads: Number(threads),
  extractor: { model, maxSide: IMAGE_DEFAULTS.maxSide },
  onProgress: (event: DiscoverEvent) => {
    if (event.type !== "progress") return;
    if (event.stage === "whitening" && event.done === 0)
      void bytesIn(join(out, "work")).then((bytes) => (work = bytes));
    stage = event.stage;
    sample();
  },
});
const seconds = (performance.now() - began) / 1000;
clearInterval(timer);

const { counts, timings, data } = collection.manifest;
const MiB = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
console.log(`${cpus()[0]?.model}, Node ${process.versions.node}, ${threads} threads, model ${model}`);
console.log(
  `${counts.images} images, ${counts.regions} regions of ${counts.channels} channels in ${counts.dimensions} dimensions, ` +
    `${counts.edges / 2} edges, ${counts.objects} objects`,
);
console.log(`${seconds.toFixed(1)} s in all, ${(counts.images / seconds).toFixed(1)} images/s`);
console.log(`${MiB(work)} of work files after the first pass, ${MiB(await bytesIn(join(out, data)))} of collection\n`);
console.table(
  Object.fromEntries(
    Object.entries(timings).map(([part, { seconds: spent, items }]) => [
      part,
      { seconds: Number(spent.toFixed(2)), items, "ms an item": Number(((1000 * spent) / items).toFixed(3)) },
    ]),
  ),
);
console.table(
  Object.fromEntries([...memory].map(([name, MiBytes]) => [name, { "resident MiB": Math.round(MiBytes) }])),
);
await rm(out, { recursive: true });
