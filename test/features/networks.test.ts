/** The networks that work by their path alone, and the one that comes with the package. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { InferenceSession, Tensor } from "onnxruntime-node";
import {
  ActivationExtractor,
  type ActivationMap,
  inspectModel,
  mac,
  MODEL_PRESETS,
  readImage,
} from "../../lib/index.js";
import { sharedData } from "../support/shared.js";

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  a.length === b.length
    ? Array.from(a).reduce((worst, v, i) => Math.max(worst, Math.abs(v - (b[i] as number))), 0)
    : NaN;

for (const [file, input, prepare, channels, stride] of [
  ["squeezenet-v1.0.onnx", "data", (v: number, c: number) => v - ([123, 117, 104][c] as number), 512, 16],
  ["mobilenet-v2.onnx", "input", (v: number) => (v - 128) / 128, 1280, 32],
] as const) {
  test(`${file}: recognised, fed as its authors say, read as (h, w, c)`, async (t) => {
    const path = sharedData(t, "models", file);
    const photo = sharedData(t, "cards", "IMG_2383.JPG");
    if (!path || !photo) return;
    await using extractor = await ActivationExtractor.open({ model: path });
    t.like(extractor.model, { channels, stride, tensor: "features" });

    const { data, width, height } = await readImage(photo);
    const planes = Float32Array.from({ length: data.length }, (_, i) => {
      const [channel, pixel] = [Math.floor(i / (width * height)), i % (width * height)];
      return prepare(data[pixel * 3 + channel] as number, channel);
    });
    const session = await InferenceSession.create(path);
    const { features } = await session.run({ [input]: new Tensor("float32", planes, [1, 3, height, width]) }, [
      "features",
    ]);
    const [, c = 0, h = 0, w = 0] = features?.dims ?? [];

    const { map } = await extractor.extract(photo);
    t.deepEqual([map.height, map.width, map.channels], [h, w, c]);
    const values = features?.data as Float32Array;
    const expected = Float32Array.from(values, (_, i) => values[(i % c) * h * w + Math.floor(i / c)] as number);
    t.true(largestDifference(map.data, expected) < 1e-3);
  });
}

test("an inner tensor of SqueezeNet, exposed, is what its output is made of", async (t) => {
  const path = sharedData(t, "models", "squeezenet-v1.0.onnx");
  const photo = sharedData(t, "cards", "IMG_2384.JPG");
  if (!path || !photo) return;
  const read = async (tensor: string) => {
    const description = { ...MODEL_PRESETS.squeezenet, tensor };
    await using extractor = await ActivationExtractor.open({ model: { path, description } });
    return (await extractor.extract(photo)).map;
  };
  const [left, right, whole] = [
    await read("fire9/conv1x1_2_relu"),
    await read("fire9/conv3x3_2_relu"),
    await read("features"),
  ];
  t.is(left.channels + right.channels, whole.channels);
  const joined = Float32Array.from(whole.data, (_, i) => {
    const [position, channel] = [Math.floor(i / whole.channels), i % whole.channels];
    return (channel < 256 ? left.data[position * 256 + channel] : right.data[position * 256 + channel - 256]) as number;
  });
  t.true(largestDifference(whole.data, joined) < 1e-3);
  t.like(await inspectModel(path), { preset: "squeezenet" });
});

test("the default network: sparse maps at any size", async (t) => {
  await using extractor = await ActivationExtractor.open();
  t.like(extractor.model, { name: "default", channels: 384, stride: 16 });
  for (const [width, height] of [
    [1, 1],
    [33, 700],
    [320, 240],
  ] as const) {
    const data = Uint8Array.from(
      { length: width * height * 3 },
      (_, i) => (128 + 100 * Math.sin(i / 37) + (i % 23)) & 255,
    );
    const { map } = await extractor.extract({ data, width, height });
    t.deepEqual([map.width, map.height], [Math.ceil(width / 16), Math.ceil(height / 16)]);
    const zeros = map.data.filter((v) => v === 0).length / map.data.length;
    t.true(zeros > 0.5 && zeros < 1, `${zeros} of the values are zero at ${width} x ${height}`);
  }
});

test("the default network tells printed cartons apart better than chance", async (t) => {
  const folder = sharedData(t, "groceries");
  if (!folder) return;
  const [, ...lines] = readFileSync(join(folder, "images.csv"), "utf8").trim().split("\n");
  const classes = new Map<string, string[]>();
  for (const line of lines) {
    const [path = "", name = ""] = line.split(",");
    if (path.includes("Packages")) classes.set(name, [...(classes.get(name) ?? []), path]);
  }
  const photos = [...classes]
    .slice(0, 30)
    .flatMap(([name, paths]) => paths.slice(0, 5).map((path) => ({ name, path })));
  await using extractor = await ActivationExtractor.open();
  const vectors: Float32Array[] = [];
  for await (const { extraction } of extractor.extractMany(photos.map(({ path }) => join(folder, path)))) {
    const maxima = mac(extraction?.map as ActivationMap);
    const norm = Math.hypot(...maxima);
    vectors.push(maxima.map((v) => v / norm));
  }
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * (b[i] as number), 0);
  /** Average precision of the other photos, ranked for one, and the share of its carton among them. */
  const measures = photos.map(({ name }, i) => {
    const others = photos.map((other, j) => ({
      same: other.name === name,
      s: dot(vectors[i] as Float32Array, vectors[j] as Float32Array),
    }));
    const ranks = others
      .filter((_, j) => j !== i)
      .sort((a, b) => b.s - a.s)
      .flatMap(({ same }, rank) => (same ? rank + 1 : []));
    const precision = ranks.reduce((sum, rank, k) => sum + (k + 1) / rank, 0) / ranks.length;
    return { precision, chance: ranks.length / (photos.length - 1) };
  });
  const mean = (key: "precision" | "chance") => measures.reduce((sum, m) => sum + m[key], 0) / measures.length;
  t.log(
    `leave-one-out mAP of MAC on ${photos.length} photos: ${mean("precision").toFixed(3)}, chance ${mean("chance").toFixed(3)}`,
  );
  t.true(mean("precision") > 10 * mean("chance"));
});

test("every odd file is used or named with its reason", async (t) => {
  const folder = sharedData(t, "odd-files");
  if (!folder) return;
  const files = readdirSync(folder);
  await using extractor = await ActivationExtractor.open({ maxSide: 256 });
  const refused: string[] = [];
  for await (const { index, source, extraction, error } of extractor.extractMany(
    files.map((file) => join(folder, file)),
  )) {
    if (error) {
      t.is(error.code, "ERR_IMAGE");
      t.true(error.message.startsWith(`${source} cannot be used: `), error.message);
      refused.push(files[index] as string);
    } else {
      t.true(extraction.map.width >= 1 && extraction.map.height >= 1 && extraction.map.channels === 384);
    }
  }
  t.true(refused.length < files.length / 4);
  for (const name of [
    "truncated.jpg",
    "truncated.png",
    "corrupt-header.jpg",
    "65536-uint32-limit.png",
    "relax.jp2",
    "INDEX.txt",
  ])
    t.true(refused.includes(name), `${name} was not refused`);
});

test("all orientations of a photograph are the same picture", async (t) => {
  const folder = sharedData(t, "odd-files");
  if (!folder) return;
  for (const name of ["Landscape", "Portrait"]) {
    const thumbnails = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => readImage(join(folder, `${name}_${n}.jpg`), { maxSide: 32 })),
    );
    const [first] = thumbnails;
    for (const other of thumbnails) {
      t.deepEqual([other.width, other.height], [first?.width, first?.height]);
      const sum = other.data.reduce((total, v, i) => total + Math.abs(v - (first?.data[i] as number)), 0);
      t.true(sum / other.data.length < 12, `${name}: mean difference ${sum / other.data.length}`);
    }
  }
});
