/**
 * What making activation maps takes at 512 and at 640 pixels, with the default network on the processor:
 *
 * - the network as the extractor runs it, an image at a time on all threads, beside onnxruntime at its best with one
 *   thread and with all, of batches of 1, 2, 4 and 8;
 * - reading photographs (support/real-collection.ts), one at a time;
 * - the first pass of `discover` over them, beside the network alone on what was read: whether it waits.
 *
 *     node --import ./bench/support/register-typescript.mjs bench/rows/extraction.ts [--short]
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { loadModel } from "../../lib/features/model.js";
import { loadRuntime } from "../../lib/features/onnx/runtime.js";
import { ActivationExtractor, discover, type RgbImage } from "../../lib/index.js";
import { shortest } from "../support/measure.js";
import { realImages, realPhotos } from "../support/real-collection.js";
import { report, row, type Row, SHORT } from "../support/rows.js";

const [REPEATS, BATCHES] = [SHORT ? 5 : 20, [1, 2, 4, 8]];
const SIDES = SHORT ? [512] : [512, 640];
const threads = availableParallelism();

/** Milliseconds an image, by threads and batch, of onnxruntime on images of that size. */
async function runtimeTimes(width: number, height: number): Promise<{ name: string; value: number }[]> {
  const { InferenceSession, Tensor } = await loadRuntime();
  const { bytes } = await loadModel("default");
  const times = [];
  for (const count of new Set([1, threads])) {
    const session = await InferenceSession.create(bytes, {
      intraOpNumThreads: count,
      extra: { session: { intra_op: { allow_spinning: "0" } } },
    });
    const [input = ""] = session.inputNames;
    for (const batch of BATCHES) {
      const values = Float32Array.from({ length: batch * 3 * width * height }, (_, i) => (i * i * 37) % 251);
      const images = { [input]: new Tensor("float32", values, [batch, 3, height, width]) };
      const value = (await shortest(Math.ceil(REPEATS / batch), () => session.run(images))) / batch;
      times.push({ name: `${count} threads, batches of ${batch}`, value });
    }
    await session.release();
  }
  return times;
}

/** Seconds from the first image to the last of the first pass of `discover`, which then is stopped. */
async function firstPass(folder: string, maxSide: number): Promise<number> {
  const out = await mkdtemp(join(tmpdir(), "leitmotif-bench-"));
  const stop = new AbortController();
  let [began, ended] = [NaN, NaN];
  const run = discover(folder, {
    out,
    extractor: { device: "cpu", maxSide },
    whitening: { method: "pca" },
    signal: stop.signal,
    onProgress: (event) => {
      if (event.type === "progress" && event.stage === "feature regions" && event.done === 0) began = performance.now();
      if (event.type === "progress" && event.stage === "whitening") {
        ended = performance.now();
        stop.abort();
      }
    },
  });
  await run.catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  await rm(out, { recursive: true });
  return (ended - began) / 1000;
}

async function measure(maxSide: number): Promise<Row[]> {
  const photos = await realPhotos();
  await using extractor = await ActivationExtractor.open({ device: "cpu", maxSide });
  const images: RgbImage[] = [];
  let began = performance.now();
  for (const photo of photos) images.push(await extractor.read(photo));
  const reading = (performance.now() - began) / photos.length;

  began = performance.now();
  for (const image of images) await extractor.extract(image);
  const alone = (performance.now() - began) / 1000;
  const pass = await firstPass(await realImages(), maxSide);

  const [width, height] = [maxSide, (maxSide * 3) / 4];
  const image = { width, height, data: new Uint8Array(3 * width * height).map((_, i) => (i * i * 37) % 251) };
  const ours = await shortest(REPEATS, () => extractor.extract(image));
  const best = (await runtimeTimes(width, height)).reduce((a, b) => (b.value < a.value ? b : a));
  const work = `default network, ${photos.length} photographs at ${maxSide} pixels, ${threads} threads`;
  return [
    row({
      stage: "network",
      work: `default network, ${width} × ${height}, ${threads} threads, one image at a time`,
      unit: "ms an image",
      ours,
      peer: { name: `onnxruntime's best: ${best.name}`, value: best.value },
      ratio: ours / best.value,
      goal: { ratio: "ours / best", atMost: 1.1 },
    }),
    row({
      stage: "reading photographs",
      work,
      unit: "ms an image, one thread",
      ours: reading,
      bound: { name: "the network", value: (1000 * alone) / photos.length },
      ratio: reading / ((1000 * alone) / photos.length),
      goal: { ratio: "reading / network", atMost: 1 },
    }),
    row({
      stage: "first pass of discover",
      work,
      unit: "s",
      ours: pass,
      bound: { name: "the network alone", value: alone },
      ratio: pass / alone,
      goal: { ratio: "first pass / network", atMost: 1.1 },
    }),
  ];
}

const rows: Row[] = [];
for (const side of SIDES) rows.push(...(await measure(side)));
report(rows);
