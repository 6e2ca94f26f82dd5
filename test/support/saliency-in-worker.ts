/** A worker thread that computes feature saliency of `workerData`, at once and in a batch of twenty. */
import { parentPort, workerData } from "node:worker_threads";
import { type ActivationMap, featureSaliency, featureSaliencyBatch } from "../../lib/index.js";

const map = workerData as ActivationMap;
const batch = await featureSaliencyBatch(Array<ActivationMap>(20).fill(map), undefined, { threads: 2 });
parentPort?.postMessage([featureSaliency(map), ...batch].map((saliency) => saliency.data));
