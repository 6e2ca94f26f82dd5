import test from "ava";
import sharp from "sharp";
import { blendMaps } from "../../lib/features/blend-maps.js";
import { type ActivationMap, ActivationExtractor, type RgbImage } from "../../lib/index.js";
import { temporaryFolder } from "../support/folders.js";
import { TINY_DESCRIPTION, tinyGraph, writeModel } from "../support/tiny-network.js";

const picture = (width: number, height: number): RgbImage => ({
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) =>
    Math.round(127 + 120 * Math.sin(i / 17) * Math.cos(i / 5)),
  ),
  width,
  height,
});

const mapOf = (height: number, width: number, channels: number, value: (i: number) => number): ActivationMap => ({
  data: Float32Array.from({ length: height * width * channels }, (_, i) => value(i)),
  height,
  width,
  channels,
});

/** What a map shows at the centre of a cell of a grid, by the definition: triangles as wide as the coarser cell. */
function seenAt(
  map: ActivationMap,
  grid: { height: number; width: number },
  y: number,
  x: number,
  channel: number,
): number {
  const weight = (cells: number, to: number, i: number, cell: number) =>
    Math.max(0, 1 - Math.abs((cell + 0.5) / cells - (i + 0.5) / to) / Math.max(1 / cells, 1 / to));
  let [sum, total] = [0, 0];
  for (let row = 0; row < map.height; row++)
    for (let column = 0; column < map.width; column++) {
      const w = weight(map.height, grid.height, y, row) * weight(map.width, grid.width, x, column);
      sum += w * (map.data[(row * map.width + column) * map.channels + channel] as number);
      total += w;
    }
  return sum / total;
}

/** The mean over maps of what each shows at each cell of the first. */
function blendByDefinition(maps: readonly [ActivationMap, ...ActivationMap[]]): number[] {
  const { height, width, channels } = maps[0];
  return Array.from({ length: height * width * channels }, (_, i) => {
    const [y, x] = [Math.floor(i / (width * channels)), Math.floor(i / channels) % width];
    return maps.reduce((sum, map) => sum + seenAt(map, maps[0], y, x, i % channels), 0) / maps.length;
  });
}

const largestError = (actual: Float32Array, expected: ArrayLike<number>) =>
  actual.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (expected[i] as number))), 0);

test("maps of any sizes blend to the mean that the definition gives, on the grid of the first", (t) => {
  const sizes: [number, number][] = [
    [5, 7],
    [3, 4],
    [8, 11],
    [1, 1],
    [5, 15],
  ];
  const maps = sizes.map(([height, width], n) => mapOf(height, width, 3, (i) => Math.abs(Math.sin(i * (n + 1.3)))));
  for (let first = 0; first < maps.length; first++) {
    const turned = [...maps.slice(first), ...maps.slice(0, first)] as [ActivationMap, ...ActivationMap[]];
    const blended = blendMaps(turned);
    t.deepEqual([blended.height, blended.width, blended.channels], [turned[0].height, turned[0].width, 3]);
    t.true(largestError(blended.data, blendByDefinition(turned)) < 1e-6);
  }
});

test("what all scales agree on stays, and a map alone stays as it is", (t) => {
  const flat = (height: number, width: number) => mapOf(height, width, 2, (i) => (i % 2 ? 0.25 : 3));
  t.true(largestError(blendMaps([flat(6, 5), flat(3, 2), flat(9, 8)]).data, flat(6, 5).data) < 1e-6);
  const alone = mapOf(4, 3, 2, (i) => i * 0.37);
  t.true(largestError(blendMaps([alone]).data, alone.data) < 1e-6);
});

test("an extractor of several scales gives the mean of the maps of the picture at these sizes", async (t) => {
  const path = writeModel(await temporaryFolder(t), "tiny.onnx", tinyGraph());
  const model = { path, description: TINY_DESCRIPTION };
  await using plain = await ActivationExtractor.open({ model, threads: 1 });
  const image = picture(40, 30);
  const sizes = { 1: [40, 30], 0.5: [20, 15], 1.4: [56, 42] } as const;
  const maps = { 1: (await plain.extract(image)).map } as Record<number, ActivationMap>;
  for (const scale of [0.5, 1.4] as const) {
    const [width, height] = sizes[scale];
    const raw = sharp(image.data, { raw: { width: 40, height: 30, channels: 3 } });
    const data = new Uint8Array(await raw.resize({ width, height, fit: "fill" }).raw().toBuffer());
    maps[scale] = (await plain.extract({ data, width, height })).map;
  }
  for (const scales of [[1], [1, 0.5], [1.4, 1, 0.5]]) {
    await using extractor = await ActivationExtractor.open({ model, threads: 1, scales });
    const { map, fed, image: own } = await extractor.extract(image);
    const expected = scales.map((scale) => maps[scale]) as [ActivationMap, ...ActivationMap[]];
    t.deepEqual([map.height, map.width], [expected[0].height, expected[0].width]);
    t.true(
      largestError(map.data, blendByDefinition(expected)) < 1e-4 * Math.max(...map.data),
      `scales ${scales.join()}`,
    );
    t.deepEqual(
      [fed, own],
      [
        { width: 40, height: 30 },
        { width: 40, height: 30 },
      ],
    );
  }
});

test("a network of fixed size is fed no more than it takes", async (t) => {
  const path = writeModel(await temporaryFolder(t), "fixed.onnx", tinyGraph({ height: 24, width: 32 }));
  const model = { path, description: TINY_DESCRIPTION };
  await using extractor = await ActivationExtractor.open({ model, threads: 1, scales: [1, 2] });
  const { map } = await extractor.extract(picture(32, 24));
  await using plain = await ActivationExtractor.open({ model, threads: 1 });
  t.true(largestError(map.data, (await plain.extract(picture(32, 24))).map.data) < 1e-5);
});

test("scales that are none are refused", async (t) => {
  for (const scales of [[], [0], [5], ["1"], [Number.NaN], Array.from({ length: 9 }, () => 1), 1]) {
    await t.throwsAsync(ActivationExtractor.open({ scales: scales as number[] }), {
      code: "ERR_INVALID_ARGUMENT",
      message: /scales/,
    });
  }
});
