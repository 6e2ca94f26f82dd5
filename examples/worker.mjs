// Extracts in several worker threads, each with an extractor of its own: `node examples/worker.mjs <image>...`.
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { ActivationExtractor, detectRegions, featureSaliency } from "leitmotif";

const WORKERS = 2;

if (isMainThread) {
  const paths = process.argv.slice(2);
  const shares = Array.from({ length: WORKERS }, (_, i) => paths.filter((_, j) => j % WORKERS === i));
  await Promise.all(
    shares.map(
      (share) =>
        new Promise((resolve, reject) => {
          const worker = new Worker(new URL(import.meta.url), { workerData: share });
          worker.on("message", ({ path, regions }) => console.log(`${path}: ${regions} regions`));
          worker.on("error", reject);
          worker.on("exit", resolve);
        }),
    ),
  );
} else {
  // One thread for each network: together they take as many as there are workers.
  const extractor = await ActivationExtractor.open({ threads: 1 });
  try {
    for await (const { source, extraction, error } of extractor.extractMany(workerData)) {
      if (error) throw error;
      parentPort.postMessage({ path: source, regions: detectRegions(featureSaliency(extraction.map)).length });
    }
  } finally {
    await extractor[Symbol.asyncDispose]();
  }
}
