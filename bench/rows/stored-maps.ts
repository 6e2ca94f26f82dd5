/**
 * Activation maps kept between the two passes: bits an activation, what 105,000 maps of the default network at 512
 * pixels come to, and what packing and unpacking take. Photographs (support/real-collection.ts). Lossless.
 *
 *     node --import ./bench/support/register-typescript.mjs bench/rows/stored-maps.ts [--short]
 */
import { packMap, unpackMap } from "../../lib/discovery/packed-map.js";
import { ActivationExtractor } from "../../lib/index.js";
import { median, shortest } from "../support/measure.js";
import { realPhotos } from "../support/real-collection.js";
import { report, row, SHORT } from "../support/rows.js";

const [SIDE, IMAGES, ROOM] = [512, 105_000, 10];

const files = await realPhotos();
const taken = files.filter((_, i) => i % Math.ceil(files.length / (SHORT ? 20 : 200)) === 0);
await using extractor = await ActivationExtractor.open({ maxSide: SIDE });
const pack: number[] = [];
const unpack: number[] = [];
let [bytes, plain, exact] = [0, 0, true];
for (const file of taken) {
  const { map } = await extractor.extract(file);
  const { height, width, channels, data } = map;
  const packed = await packMap(map);
  bytes += packed.mask.byteLength + packed.values.byteLength;
  plain += data.byteLength;
  pack.push(await shortest(3, () => packMap(map)));
  unpack.push(await shortest(3, () => unpackMap(packed, height, width, channels)));
  exact &&= Buffer.from((await unpackMap(packed, height, width, channels)).data.buffer).equals(
    Buffer.from(data.buffer),
  );
}
if (!exact) throw new Error("a map did not come back as it was");

const each = bytes / taken.length;
const gigabytes = (IMAGES * each) / 1e9;
report([
  row({
    stage: "activation maps kept",
    work:
      `${taken.length} photographs at ${SIDE} pixels, default network, without loss: ` +
      `${((32 * bytes) / plain).toFixed(2)} bits an activation, packed in ${median(pack).toFixed(1)} ms, ` +
      `unpacked in ${median(unpack).toFixed(1)} ms`,
    unit: `GB for ${IMAGES} maps`,
    ours: gigabytes,
    peer: { name: "float32", value: (IMAGES * plain) / taken.length / 1e9 },
    bound: { name: "room for them", value: ROOM },
    ratio: gigabytes / ROOM,
    goal: { ratio: "ours / room", atMost: 1 },
  }),
]);
