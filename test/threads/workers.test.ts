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
  const program = new URL("../support/saliency-in-worker.js", import.meta.url);
  const expected = featureSaliency(map).data;
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => {
      const worker = new Worker(program, { workerData: map });
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
