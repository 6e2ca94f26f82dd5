/**
 * Time of networks an image, side by side: `node --import ./bench/support/register-typescript.mjs bench/networks.ts <model>[@scale,...]...`
 *
 * Each is fed the same pixels in turn; the median of ROUNDS, with what it is to the first network's.
 */
import { cpus } from "node:os";
import { ActivationExtractor } from "../lib/index.js";

const ROUNDS = 15;
const SIZES = [
  [640, 480],
  [1024, 768],
] as const;

const models = process.argv.slice(2);
if (models.length === 0) throw new Error("usage: networks.ts <model>...");
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

console.log(`${cpus()[0]?.model}, ${cpus().length} threads`);
const extractors = await Promise.all(
  models.map((choice) => {
    const [model = "default", scales = "1"] = choice.split("@");
    return ActivationExtractor.open({ model, scales: scales.split(",").map(Number) });
  }),
);
for (const [width, height] of SIZES) {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => 128 + 90 * Math.sin(i / 91) + (i % 29));
  const times = models.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, extractor] of extractors.entries()) {
      const began = performance.now();
      await extractor.extract({ data, width, height });
      if (round > 0) times[i]?.push(performance.now() - began);
    }
  }
  const first = median(times[0] as number[]);
  models.forEach((model, i) => {
    const time = median(times[i] as number[]);
    console.log(`${width} x ${height}  ${model}: ${time.toFixed(1)} ms, ${(time / first).toFixed(2)} of the first`);
  });
}
await Promise.all(extractors.map((extractor) => extractor[Symbol.asyncDispose]()));
