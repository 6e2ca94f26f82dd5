/**
 * Memory and threads over many rounds of opening an extractor, extracting and disposing of it, on the built package:
 * `node --expose-gc bench/open-dispose.mjs [rounds] [every]`. A line of JSON each so many rounds.
 */
import { existsSync, readdirSync } from "node:fs";
import { ActivationExtractor } from "leitmotif";

const [rounds = 200, every = 10] = process.argv.slice(2).map(Number);
const image = { width: 32, height: 32, data: new Uint8Array(32 * 32 * 3).fill(90) };
const TASKS = "/proc/self/task";

for (let round = 1; round <= rounds; round++) {
  const extractor = await ActivationExtractor.open({ threads: 1, device: "cpu" });
  await extractor.extract(image);
  await extractor[Symbol.asyncDispose]();
  if (round % every !== 0) continue;
  globalThis.gc();
  const mebibytes = Math.round(process.memoryUsage.rss() / 2 ** 20);
  console.log(JSON.stringify({ round, mebibytes, threads: existsSync(TASKS) ? readdirSync(TASKS).length : null }));
}
