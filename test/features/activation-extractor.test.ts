import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Worker } from "node:worker_threads";
import test, { type ExecutionContext } from "ava";
import sharp from "sharp";
import { ActivationExtractor, type ImageSource, type ModelDescriptionInput, type RgbImage } from "../../lib/index.js";
import { temporaryFolder } from "../support/folders.js";
import {
  CHANNELS,
  encodeGraph,
  KERNEL,
  node,
  shapeOf,
  TINY_DESCRIPTION,
  tinyGraph,
  value,
  weights,
  writeModel,
} from "../support/tiny-network.js";

const noise = (width: number, height: number): RgbImage => ({
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * 31 + i * 7) % 256),
  width,
  height,
});

/** relu(conv(image / 255)) of the tiny network, by the definition. */
function expectedMap({ data, width, height }: RgbImage, input: (value: number, channel: number) => number): number[] {
  const [rows, columns] = [Math.ceil(height / 2), Math.ceil(width / 2)];
  const map: number[] = [];
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++)
      for (let c = 0; c < CHANNELS; c++) {
        let sum = 0;
        for (let k = 0; k < 27; k++) {
          const [colour, row, column] = [Math.floor(k / 9), 2 * y + (Math.floor(k / 3) % 3) - 1, 2 * x + (k % 3) - 1];
          if (row < 0 || column < 0 || row >= height || column >= width) continue;
          sum += (KERNEL[c * 27 + k] as number) * input(data[(row * width + column) * 3 + colour] as number, colour);
        }
        map.push(Math.max(0, sum));
      }
  return map;
}

function assertNear(t: ExecutionContext, actual: Float32Array, expected: number[]) {
  t.is(actual.length, expected.length);
  const error = expected.reduce((worst, v, i) => Math.max(worst, Math.abs(v - (actual[i] as number))), 0);
  t.true(error < 1e-4 * Math.max(...expected), `largest error ${error}`);
}

const open = (path: string, description: Partial<ModelDescriptionInput> = {}) =>
  ActivationExtractor.open({ model: { path, description: { ...TINY_DESCRIPTION, ...description } }, threads: 1 });

test("the map of an inner tensor is what the definition of the network says", async (t) => {
  const path = writeModel(await temporaryFolder(t), "tiny.onnx", tinyGraph());
  await using extractor = await open(path);
  const image = noise(13, 22);
  const { map, image: size, fed, padded } = await extractor.extract(image);
  t.deepEqual([map.height, map.width, map.channels], [11, 7, CHANNELS]);
  t.deepEqual(
    [size, fed, padded],
    [
      { width: 13, height: 22 },
      { width: 13, height: 22 },
      { width: 13, height: 22 },
    ],
  );
  assertNear(
    t,
    map.data,
    expectedMap(image, (v) => v / 255),
  );
  t.like(extractor.model, { name: "tiny", tensor: "map", channels: CHANNELS, stride: 2 });
});

test("mean, std, range and colour order are applied", async (t) => {
  const path = writeModel(await temporaryFolder(t), "tiny.onnx", tinyGraph());
  const image = noise(8, 6);
  const swapped = { ...image, data: image.data.map((_, i) => image.data[i + 2 * (1 - (i % 3))] as number) };
  const [mean, std] = [
    [120, 110, 90],
    [50, 60, 70],
  ] as [[number, number, number], [number, number, number]];
  await using extractor = await open(path, { range: 255, mean, std, colour: "BGR" });
  const { map } = await extractor.extract(image);
  assertNear(
    t,
    map.data,
    expectedMap(swapped, (v, c) => (v - (mean[c] as number)) / (std[c] as number)),
  );
});

test("networks laid out as NHWC, at both ends", async (t) => {
  const graph = tinyGraph();
  graph.node = [
    node("Transpose", ["x"], "first", { perm: [0, 3, 1, 2] }),
    node("Conv", ["first", "kernel"], "conv", { strides: [2, 2], pads: [1, 1, 1, 1] }),
    node("Relu", ["conv"], "relu"),
    node("Transpose", ["relu"], "map", { perm: [0, 2, 3, 1] }),
  ];
  graph.input = [value("x", ["N", "H", "W", 3])];
  graph.output = [value("map", ["N", "h", "w", CHANNELS])];
  await using extractor = await open(writeModel(await temporaryFolder(t), "last.onnx", graph), {
    layout: "NHWC",
    tensorLayout: "NHWC",
  });
  const image = noise(9, 7);
  assertNear(
    t,
    (await extractor.extract(image)).map.data,
    expectedMap(image, (v) => v / 255),
  );
});

test("patch tokens become a grid: class token dropped, negative values cut, sides padded to the patch", async (t) => {
  // A patch's token is the mean of its pixels, less 0.5, in three channels; before them stands one of all 7.
  const graph = {
    name: "tokens",
    node: [
      node("AveragePool", ["x"], "patches", { kernel_shape: [4, 4], strides: [4, 4] }),
      node("Sub", ["patches", "half"], "centred"),
      node("Reshape", ["centred", "flat"], "rows"),
      node("Transpose", ["rows"], "grid", { perm: [0, 2, 1] }),
      node("Concat", ["class", "grid"], "tokens", { axis: 1 }),
    ],
    initializer: [weights("half", [1], [0.5]), weights("class", [1, 1, 3], [7, 7, 7]), shapeOf("flat", [1, 3, -1])],
    input: [value("x", ["N", 3, "H", "W"])],
    output: [value("tokens", ["N", "t", 3])],
  };
  const path = writeModel(await temporaryFolder(t), "tokens.onnx", graph);
  const description = { tensor: "tokens", tensorLayout: "tokens", stride: 4, multiple: 4, relu: true } as const;
  await using extractor = await open(path, description);
  const data = Uint8Array.from({ length: 10 * 8 * 3 }, (_, i) => (Math.floor(i / 3) % 10 < 4 ? 255 : 0));
  const { map, padded } = await extractor.extract({ data, width: 10, height: 8 });
  t.deepEqual(padded, { width: 12, height: 8 });
  // 3 x 2 patches; the last column is half padding, and counts.
  t.deepEqual([map.height, map.width, map.channels], [2, 3, 3]);
  t.deepEqual([...map.data.subarray(0, 6)], [0.5, 0.5, 0.5, 0, 0, 0]);
  await t.throwsAsync(open(path, { ...description, relu: false }), { code: "ERR_MODEL", message: /"relu": true/ });
  await t.throwsAsync(open(path, { ...description, stride: 2 }), { code: "ERR_MODEL", message: /correct "stride"/ });
});

test("images smaller than the network takes are padded, very long ones are fed as they are", async (t) => {
  await using extractor = await open(writeModel(await temporaryFolder(t), "tiny.onnx", tinyGraph()), {
    minimumSide: 32,
  });
  const shapeFor = async (width: number, height: number) => {
    const { map, padded } = await extractor.extract(noise(width, height));
    return [map.width, map.height, padded.width, padded.height];
  };
  t.deepEqual(await shapeFor(1, 1), [1, 1, 32, 32]);
  t.deepEqual(await shapeFor(2, 400), [1, 200, 32, 400]);
  const { fed, image } = await extractor.extract(noise(3000, 2));
  t.deepEqual(
    [fed, image],
    [
      { width: 1024, height: 1 },
      { width: 3000, height: 2 },
    ],
  );
});

test("a network of fixed size takes any image", async (t) => {
  const path = writeModel(await temporaryFolder(t), "fixed.onnx", tinyGraph({ height: 24, width: 32 }));
  await using extractor = await open(path);
  const { map, fed, padded } = await extractor.extract(noise(100, 30));
  t.deepEqual(
    [fed, padded],
    [
      { width: 32, height: 10 },
      { width: 32, height: 24 },
    ],
  );
  t.deepEqual([map.width, map.height], [16, 5]);
});

test("weights in another file are found beside the model and count in its hash", async (t) => {
  const folder = await temporaryFolder(t);
  const inline = writeModel(folder, "inline.onnx", tinyGraph());
  const graph = tinyGraph();
  const place = (key: string, v: string) => ({ key, value: v });
  graph.initializer = [
    {
      name: "kernel",
      dims: [CHANNELS, 3, 3, 3],
      dataType: 1,
      dataLocation: 1,
      externalData: [
        place("location", "kernel.bin"),
        place("offset", "64"),
        place("length", String(KERNEL.byteLength)),
      ],
    },
    weights("factor", [1], [2]),
  ];
  mkdirSync(join(folder, "elsewhere"));
  const outside = writeModel(join(folder, "elsewhere"), "outside.onnx", graph);
  await t.throwsAsync(open(outside), {
    code: "ERR_MODEL",
    message: /keeps its weights in .*kernel\.bin, which is missing/,
  });
  writeFileSync(join(folder, "elsewhere/kernel.bin"), Buffer.concat([Buffer.alloc(64), Buffer.from(KERNEL.buffer)]));
  await using a = await open(inline);
  await using b = await open(outside);
  const image = noise(12, 12);
  t.deepEqual((await b.extract(image)).map, (await a.extract(image)).map);
  writeFileSync(join(folder, "elsewhere/kernel.bin"), Buffer.alloc(64 + KERNEL.byteLength));
  await using c = await open(outside);
  t.not(c.model.sha256, b.model.sha256);
});

test("many images come in order, each with its map or its error", async (t) => {
  await using extractor = await open(writeModel(await temporaryFolder(t), "tiny.onnx", tinyGraph()));
  const large = await sharp({ create: { width: 900, height: 900, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  const sources: ImageSource[] = [large, noise(8, 8), "/nowhere.jpg", noise(16, 4), new Uint8Array(9), noise(4, 4)];
  const fractions: number[] = [];
  const outcomes = [];
  for await (const outcome of extractor.extractMany(sources, {
    concurrency: 3,
    onProgress: (f) => fractions.push(f),
  })) {
    outcomes.push([outcome.index, outcome.extraction?.map.width ?? outcome.error?.code]);
    t.is(outcome.source, sources[outcome.index] as ImageSource);
  }
  t.deepEqual(outcomes, [
    [0, 450],
    [1, 4],
    [2, "ERR_IMAGE"],
    [3, 8],
    [4, "ERR_IMAGE"],
    [5, 2],
  ]);
  t.deepEqual(
    fractions,
    [1, 2, 3, 4, 5, 6].map((n) => n / 6),
  );
});

test("reads no more than `concurrency` images ahead", async (t) => {
  await using extractor = await open(writeModel(await temporaryFolder(t), "tiny.onnx", tinyGraph()));
  let taken = 0;
  function* sources() {
    for (; taken < 20; taken++) yield noise(8, 8);
  }
  let given = 0;
  for await (const { index } of extractor.extractMany(sources(), { concurrency: 3 })) {
    t.is(index, given++);
    t.true(taken <= given + 3, `${taken} taken when ${given} were given`);
  }
  t.is(given, 20);
});

/** A network that computes for long: convolutions of 64 channels, many times. */
function slowGraph() {
  const graph = tinyGraph();
  const layers = Array.from({ length: 6 }, (_, i) =>
    node("Conv", [i ? `s${i - 1}` : "wide", "square"], `s${i}`, { pads: [1, 1, 1, 1] }),
  );
  graph.node = [node("Conv", ["x", "widen"], "wide", { pads: [1, 1, 1, 1] }), ...layers, node("Relu", ["s5"], "map")];
  graph.initializer = [
    weights("widen", [64, 3, 3, 3], new Float32Array(64 * 27).fill(0.001)),
    weights("square", [64, 64, 3, 3], new Float32Array(64 * 64 * 9).fill(0.001)),
  ];
  graph.output = [value("map", ["N", 64, "H", "W"])];
  return graph;
}

test("the event loop stays free while the network runs, and an aborted call rejects before it ends", async (t) => {
  await using extractor = await open(writeModel(await temporaryFolder(t), "slow.onnx", slowGraph()), { stride: 1 });
  const image = noise(300, 200);
  let turns = 0;
  const timer = setInterval(() => turns++, 5);
  const whole = extractor.extract(image);
  const controller = new AbortController();
  const waiting = extractor.extract(image, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error("enough")), 20);
  const error = await t.throwsAsync(waiting, { code: "ERR_ABORTED" });
  t.is((error?.cause as Error).message, "enough");
  t.is(await Promise.race([whole.then(() => "done"), Promise.resolve("running")]), "running");
  await whole;
  clearInterval(timer);
  t.true(turns > 5, `${turns} turns of the event loop`);
  await t.throwsAsync(extractor.extract(image, { signal: AbortSignal.abort() }), { code: "ERR_ABORTED" });
});

test("a disposed extractor says so, and what waited for it rejects", async (t) => {
  const extractor = await open(writeModel(await temporaryFolder(t), "tiny.onnx", tinyGraph()));
  const calls = [noise(400, 400), noise(400, 400), noise(400, 400)].map((image) => extractor.extract(image));
  await Promise.resolve();
  await extractor[Symbol.asyncDispose]();
  await Promise.allSettled(calls);
  await t.throwsAsync(extractor.extract(noise(8, 8)), { code: "ERR_INVALID_ARGUMENT", message: /disposed/ });
  await extractor[Symbol.asyncDispose]();
});

test("works in several worker threads at once", async (t) => {
  const path = writeModel(await temporaryFolder(t), "tiny.onnx", tinyGraph());
  const program = new URL("../support/extract-in-worker.js", import.meta.url);
  const run = () =>
    new Promise<Float32Array>((resolve, reject) => {
      const worker = new Worker(program, { workerData: { path, description: TINY_DESCRIPTION, image: noise(40, 30) } });
      worker.once("message", resolve).once("error", reject);
    });
  await using extractor = await open(path);
  const expected = (await extractor.extract(noise(40, 30))).map.data;
  for (const data of await Promise.all([run(), run(), run()])) t.deepEqual(data, expected);
});

test("a value that is not a number is an error of the image, not of the network", async (t) => {
  const graph = tinyGraph();
  // The root of a negative number where a pixel is white.
  graph.node = [node("Sub", ["limit", "x"], "difference"), node("Sqrt", ["difference"], "map")];
  graph.initializer = [weights("limit", [1], [0.99])];
  graph.output = [value("map", ["N", 3, "H", "W"])];
  const path = writeModel(await temporaryFolder(t), "nan.onnx", graph);
  await using extractor = await open(path, { stride: 1, relu: true });
  const image = { data: new Uint8Array(8 * 8 * 3).fill(9), width: 8, height: 8 };
  const { map } = await extractor.extract(image);
  t.true(map.data.every((v) => Math.abs(v - Math.sqrt(0.99 - 9 / 255)) < 1e-6));
  image.data[40] = 255;
  await t.throwsAsync(extractor.extract(image), { code: "ERR_MODEL", message: /tensor map is not usable: .*NaN/ });
});

test("what cannot be used is refused with the way out", async (t) => {
  const folder = await temporaryFolder(t);
  const path = writeModel(folder, "tiny.onnx", tinyGraph());
  const fails = (model: unknown, message: RegExp, code = "ERR_MODEL") =>
    t.throwsAsync(ActivationExtractor.open({ model: model as string }), { code, message });
  const described = (changes: object) => ({ path, description: { ...TINY_DESCRIPTION, ...changes } });

  await fails(join(folder, "none.onnx"), /none\.onnx cannot be read .*no such file/);
  writeFileSync(join(folder, "text.onnx"), "This is no network.");
  await fails(join(folder, "text.onnx"), /text\.onnx is not an ONNX model/);
  writeFileSync(join(folder, "empty.onnx"), "");
  await fails(join(folder, "empty.onnx"), /is not an ONNX model/);
  writeFileSync(join(folder, "half.onnx"), readFileSync(path).subarray(0, 300));
  await fails(join(folder, "half.onnx"), /is not an ONNX model/);
  await fails(path, /nothing says how to feed .*preset \(squeezenet, .*tiny\.json.*"tensor": "score"/s);
  await fails(
    described({ tensor: "mapp" }),
    /no tensor "mapp"; its outputs are score, and among its tensors are .*map/,
  );
  await fails(described({ tensor: { last: "Elu" } }), /no Elu .* it is made of: Conv, .*Relu/);
  await fails(described({ tensor: "score" }), /"stride" should be about 224, not 2/);
  await fails(described({ tensor: "conv" }), /"relu": true/);
  await fails(described({ input: "y" }), /no input y; it has: x/);
  await fails(described({ stride: 16 }), /"stride" should be about 2, not 16/);
  await fails(described({ mean: [1, 2] }), /mean must be an array of three numbers/);
  await fails(described({ std: [1, 0, 1] }), /std\[1\] must be a finite number above 0/);
  await fails(described({ tensr: "x" }), /did you mean "tensor"/);
  await fails(described({ layout: "NHWC" }), /laid out as NHWC/);
  await fails({ path, preset: "vgg" }, /model\.preset must be/, "ERR_INVALID_ARGUMENT");
  await fails({ path, preset: "squeezenet" }, /no input data; it has: x/);
  await fails({ ...described({}), preset: "vgg16" }, /not both/, "ERR_INVALID_ARGUMENT");
  await fails({ file: path }, /no option "file"/, "ERR_INVALID_ARGUMENT");

  writeFileSync(join(folder, "tiny.json"), '{"range": 1,');
  await fails(path, /model description .*tiny\.json cannot be read/);
  writeFileSync(join(folder, "tiny.json"), JSON.stringify({ ...TINY_DESCRIPTION, stride: "two" }));
  await fails(path, /model description .*tiny\.json.*stride must be a whole number/);
  writeFileSync(join(folder, "tiny.json"), JSON.stringify(TINY_DESCRIPTION));
  await using extractor = await ActivationExtractor.open({ model: path });
  t.is(extractor.model.tensor, "map");

  const unknown = tinyGraph();
  unknown.node?.push(node("NoSuchOperator", ["map"], "strange"));
  writeFileSync(join(folder, "unknown.onnx"), encodeGraph(unknown));
  await fails(
    { path: join(folder, "unknown.onnx"), description: { ...TINY_DESCRIPTION, tensor: "strange" } },
    /cannot be loaded: .*NoSuchOperator/,
  );
  const half = tinyGraph();
  half.input = [value("x", ["N", 3, "H", "W"], 10)];
  await fails(
    { path: writeModel(folder, "half-precision.onnx", half), description: TINY_DESCRIPTION },
    /input x is float16/,
  );
  await t.throwsAsync(ActivationExtractor.open({ modle: path } as never), {
    code: "ERR_INVALID_ARGUMENT",
    message: /did you mean "model"/,
  });
  await t.throwsAsync(ActivationExtractor.open({ device: "abacus" } as never), {
    code: "ERR_INVALID_ARGUMENT",
    message: /device/,
  });
  await t.throwsAsync(ActivationExtractor.open({ device: "coreml", model: path }), {
    code: "ERR_MODEL",
    message: /offers cpu/,
  });
  await t.throwsAsync(extractor.extract({ ...noise(4, 4), width: 5 }), {
    code: "ERR_INVALID_ARGUMENT",
    message: /Uint8Array of 60 values/,
  });
});
