/**
 * Images a second of the default network by device, through the built package:
 * `node bench/devices.mjs [images] [width] [height] [device]...` (default 10 640 480 cpu webgpu). WebGPU without a graphics
 * processor: VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json, which has the processor imitate one.
 */
import { cpus } from "node:os";
import { ActivationExtractor } from "leitmotif";

const [images = "10", width = "640", height = "480", ...named] = process.argv.slice(2);
const devices = named.length > 0 ? named : ["cpu", "webgpu"];
const image = {
  width: Number(width),
  height: Number(height),
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => 128 + 90 * Math.sin(i / 91) + (i % 29)),
};

console.log(`${cpus()[0]?.model}, ${cpus().length} threads; ${images} images of ${width} x ${height}`);
let expected;
for (const device of devices) {
  const extractor = await ActivationExtractor.open({ device });
  const { map } = await extractor.extract(image);
  const start = performance.now();
  for (let i = 0; i < Number(images); i++) await extractor.extract(image);
  const seconds = (performance.now() - start) / 1000;
  expected ??= map.data;
  const largest = expected.reduce((most, value) => Math.max(most, value), 0);
  const off = map.data.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0) / largest;
  console.log(
    `${device}: ${(images / seconds).toPrecision(3)} images/s, maps within ${off.toExponential(1)} of the first device's`,
  );
  await extractor[Symbol.asyncDispose]();
}
