import { parentPort, workerData } from "node:worker_threads";
import { discover, type ModelChoice } from "../../lib/index.js";

const { photos, out, model } = workerData as { photos: string; out: string; model: ModelChoice };
const collection = await discover(photos, { out, extractor: { model }, threads: 1 });
parentPort?.postMessage(collection.manifest.files);
