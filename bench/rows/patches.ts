/**
 * The patch descriptors of object saliency at all positions of a map: whitening, whose projection is a matrix product,
 * of patch vectors that are there, and what their sliding maximum adds where they are not. One thread.
 *
 *     node --import ./bench/support/register-typescript.mjs bench/rows/patches.ts [--short]
 */
import { OBJECT_SALIENCY_DEFAULTS, patchDescriptors, slidingMaximum, Whitening } from "../../lib/index.js";
import { syntheticMap } from "../support/activation-maps.js";
import { measureRates } from "../support/machine.js";
import { shortest } from "../support/measure.js";
import { report, row, type Row, SHORT } from "../support/rows.js";

const [CHANNELS, DIMENSIONS] = [512, 256];
const REPEATS = SHORT ? 30 : 200;
/** Calls of one kind in a row, the shortest of which counts: the first finds the caches full of the other kind. */
const RUN = 5;
const { side } = OBJECT_SALIENCY_DEFAULTS;

async function measure(height: number, width: number): Promise<Row[]> {
  const map = syntheticMap(height, width, CHANNELS, 3, 1);
  const positions = height * width;
  const patches = { data: slidingMaximum(map, side).data, rows: positions, columns: CHANNELS };
  const whitening = await Whitening.fit(patches, { dimensions: DIMENSIONS });
  const before = measureRates(1).flops;
  let [whole, projection] = [Infinity, Infinity];
  for (let i = 0; i < REPEATS; i++) {
    whole = Math.min(whole, await shortest(RUN, () => patchDescriptors(map, whitening, undefined, side)));
    projection = Math.min(projection, await shortest(RUN, () => whitening.apply(patches)));
  }
  const flops = Math.max(before, measureRates(1).flops);
  const bound = { name: "the product at G", value: (2000 * positions * CHANNELS * DIMENSIONS) / flops };
  const work = `${height} × ${width} × ${CHANNELS} to ${DIMENSIONS}, side ${side}, one thread`;
  return [
    row({
      stage: "whitening of all positions",
      work,
      unit: "ms",
      ours: projection,
      bound,
      ratio: bound.value / projection,
      goal: { ratio: "bound / ours", atLeast: 0.7 },
    }),
    row({
      stage: "sliding maximum",
      work,
      unit: "ms",
      ours: whole - projection,
      ratio: 1 - projection / whole,
      goal: { ratio: "what it adds / patch descriptors", atMost: 0.1 },
    }),
  ];
}

report([...(await measure(24, 32)), ...(await measure(48, 64))]);
