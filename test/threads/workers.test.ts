/** Several worker threads use the addon at once, and end. */
import { Worker } from "node:worker_threads";
import test from "ava";
import { featureSaliency } from "../../lib/index.js";

const map = {
  data: Float32Array.from({ length: 6 * 5 * 8 }, (_, i) => Math.max(0, Math.sin(i * 7))),
  height: 6,
  width: 5,
  channels: 8,
};

test("worker threads compute what this thread computes", async (t) => {
  const index = new URL("../../lib/index.ts", import.meta.url).href;
  const program = `
    const { parentPort, workerData } = require("node:worker_threads");
    import(${JSON.stringify(index)}).then(async ({ featureSaliency, featureSaliencyBatch }) => {
      const batch = await featureSaliencyBatch(Array(20).fill(workerData), undefined, { threads: 2 });
      parentPort.postMessage([featureSaliency(workerData), ...batch].map((s) => s.data));
    });`;
  const expected = featureSaliency(map).data;
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => {
      const worker = new Worker(program, { eval: true, workerData: map });
      return new Promise<Float32Array[]>((resolve, reject) => {
        let answer: Float32Array[];
        worker.on("message", (message: Float32Array[]) => {
          answer = message;
        });
        worker.on("error", reject);
        worker.on("exit", (code) => (code === 0 ? resolve(answer) : reject(new Error(`worker ended with ${code}`))));
      });
    }),
  );
  for (const maps of answers) for (const data of maps) t.deepEqual(data, expected);
});
