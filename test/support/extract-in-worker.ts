/** Extracts one image in a worker thread and posts the map's values. */
import { parentPort, workerData } from "node:worker_threads";
import { ActivationExtractor } from "../../lib/index.js";

const { path, description, image } = workerData;
const extractor = await ActivationExtractor.open({ model: { path, description }, threads: 1 });
parentPort?.postMessage((await extractor.extract(image)).map.data);
await extractor[Symbol.asyncDispose]();
