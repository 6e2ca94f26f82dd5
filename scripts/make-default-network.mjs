#!/usr/bin/env node
// Writes models/default.onnx and its description: a convolutional network without training, so that Leitmotif runs with
// no download. Two layers: a bank of oriented filters for brightness and colour at three scales, normalised by the
// local contrast and rectified; then, over the first, conjunctions of a few of its channels at neighbouring places,
// drawn from a fixed sequence of random numbers, that fire only above the mean activity around them. Most entries of
// its map are exactly zero. 384 channels, stride 16. Needs the JavaScript build, for the ONNX schema.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "./run.mjs";

const OPSET = 13;
const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE = { int: 2, string: 3, ints: 7 };

const KERNEL = 7;
const ORIENTATIONS = 8;
const SCALES = 3;
const CHANNELS = 384;
const STRIDE = 16;
/** Pixels by which the image is continued at its borders, and cut off again: filters must not see an edge there. */
const MARGIN = 2 * STRIDE;
/** Channels and places that a filter of the second layer looks for together. */
const CONJUNCTION = 4;

/** Collects nodes and weights of a graph; every method returns the name of its output. */
class GraphBuilder {
  node = [];
  initializer = [];

  weights(name, dims, values) {
    const floats = Float32Array.from(values);
    this.initializer.push({ name, dims, dataType: FLOAT, rawData: new Uint8Array(floats.buffer) });
    return name;
  }

  integers(name, values) {
    const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    this.initializer.push({ name, dims: [values.length], dataType: INT64, rawData });
    return name;
  }

  add(opType, input, attributes = {}) {
    const output = `t${this.node.length}_${opType.toLowerCase()}`;
    const attribute = Object.entries(attributes).map(([name, value]) => {
      if (Array.isArray(value)) return { name, ints: value, type: ATTRIBUTE.ints };
      if (typeof value === "string") return { name, s: Buffer.from(value), type: ATTRIBUTE.string };
      return { name, i: value, type: ATTRIBUTE.int };
    });
    this.node.push({ input, output: [output], name: output, opType, attribute });
    return output;
  }

  /** Padded so that a side n becomes ceil(n / stride): branches of different depth then fit together at any size. */
  conv(input, kernel, [height, width], { stride = 1, group = 1, bias } = {}) {
    const inputs = bias ? [input, kernel, bias] : [input, kernel];
    return this.add("Conv", inputs, { kernel_shape: [height, width], ...window(height, width, stride), group });
  }

  pool(kind, input, side, stride) {
    return this.add(kind, [input], { kernel_shape: [side, side], ...window(side, side, stride) });
  }
}

function window(height, width, stride) {
  const [y, x] = [(height - 1) / 2, (width - 1) / 2];
  return { strides: [stride, stride], pads: [y, x, y, x] };
}

/** Values of a KERNEL x KERNEL filter, less their mean (unless `blob`), of unit sum of magnitudes. */
function filter(value, { blob = false } = {}) {
  const middle = (KERNEL - 1) / 2;
  const raw = Array.from({ length: KERNEL * KERNEL }, (_, i) =>
    value((i % KERNEL) - middle, Math.floor(i / KERNEL) - middle),
  );
  const mean = blob ? 0 : raw.reduce((a, b) => a + b) / raw.length;
  const centred = raw.map((v) => v - mean);
  const scale = centred.reduce((a, b) => a + Math.abs(b), 0);
  return centred.map((v) => v / scale);
}

const gaussian = (x, y, sigma) => Math.exp(-(x * x + y * y) / (2 * sigma * sigma));

function gabor(angle, phase) {
  return filter((x, y) => {
    const along = x * Math.cos(angle) + y * Math.sin(angle);
    return gaussian(x, y, 1.8) * Math.cos((2 * Math.PI * along) / 5 + phase);
  });
}

const centreSurround = () => filter((x, y) => gaussian(x, y, 1) / 1 - gaussian(x, y, 2) / 4);
/** Colour itself, not its change: kept weak, or the smooth places would be the loudest. */
const blob = () => filter((x, y) => gaussian(x, y, 1.5), { blob: true }).map((v) => 0.4 * v);

/** The first layer's filters as [plane, values]: planes are brightness, red-green and blue-yellow. */
function firstLayer() {
  const filters = [];
  for (let i = 0; i < ORIENTATIONS; i++) {
    const angle = (i * Math.PI) / ORIENTATIONS;
    filters.push([0, gabor(angle, 0)], [0, gabor(angle, Math.PI / 2)]);
    if (i % 2 === 0) for (const plane of [1, 2]) filters.push([plane, gabor(angle, Math.PI / 2)]);
  }
  filters.push([0, centreSurround()], [1, centreSurround()], [2, centreSurround()], [1, blob()], [2, blob()]);
  return filters;
}

/** Numbers in 0..1, always the same. */
function sequence(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The second layer's kernel (CHANNELS, inputs, 3, 3): CONJUNCTION ones at random less `inhibition` everywhere. */
function conjunctions(inputs, inhibition) {
  const random = sequence(2018);
  const kernel = new Float64Array(CHANNELS * inputs * 9).fill(-inhibition / (inputs * 9));
  const perScale = inputs / SCALES;
  for (let k = 0; k < CHANNELS; k++) {
    const scale = k % SCALES;
    for (let n = 0; n < CONJUNCTION; n++) {
      const channel = scale * perScale + Math.floor(random() * perScale);
      kernel[(k * inputs + channel) * 9 + Math.floor(random() * 9)] += 1 / CONJUNCTION;
    }
  }
  return kernel;
}

function buildGraph() {
  const graph = new GraphBuilder();
  const constant = (name, value) => graph.weights(name, [1], [value]);
  const eps = constant("epsilon", 0.02);

  const pads = graph.integers("margins", [0, 0, MARGIN, MARGIN, 0, 0, MARGIN, MARGIN]);
  const image = graph.add("Pad", ["image", pads], { mode: "edge" });
  // Brightness and two colour differences of RGB in 0..1.
  const opponents = graph.conv(
    image,
    graph.weights("opponents", [3, 3, 1, 1], [0.299, 0.587, 0.114, 1, -1, 0, -0.5, -0.5, 1]),
    [1, 1],
  );
  // Divided by the local contrast of the brightness, over 15 x 15 pixels.
  const box = (name, planes, dims) => graph.weights(name, [planes, 1, ...dims], Array(planes * 15).fill(1 / 15));
  const blur = (input, name, planes) =>
    graph.conv(
      graph.conv(input, box(`${name}_rows`, planes, [1, 15]), [1, 15], { group: planes }),
      box(`${name}_columns`, planes, [15, 1]),
      [15, 1],
      { group: planes },
    );
  const brightness = graph.conv(image, graph.weights("brightness", [1, 3, 1, 1], [0.299, 0.587, 0.114]), [1, 1]);
  const difference = graph.add("Sub", [brightness, blur(brightness, "mean", 1)]);
  const deviation = graph.add("Sqrt", [blur(graph.add("Mul", [difference, difference]), "variance", 1)]);
  const planes = graph.add("Div", [opponents, graph.add("Add", [deviation, constant("contrast_floor", 0.05)])]);

  const filters = firstLayer();
  const kernel = filters.flatMap(([plane, values]) =>
    [0, 1, 2].flatMap((p) => (p === plane ? values : values.map(() => 0))),
  );
  const bank = graph.weights("bank", [filters.length, 3, KERNEL, KERNEL], kernel);
  const threshold = graph.weights("bank_threshold", [1], [0.08]);

  let plane = planes;
  const scales = [];
  for (let scale = 0; scale < SCALES; scale++) {
    if (scale > 0) plane = graph.pool("AveragePool", plane, 3, 2);
    const response = graph.conv(plane, bank, [KERNEL, KERNEL], { stride: 2 });
    const signs = graph.add("Concat", [response, graph.add("Neg", [response])], { axis: 1 });
    let map = graph.add("Relu", [graph.add("Sub", [signs, threshold])]);
    for (let stride = 2 << scale; stride < 8; stride *= 2) map = graph.pool("MaxPool", map, 3, 2);
    // Divided by the mean activity of all channels around the place.
    const activity = graph.pool("AveragePool", graph.add("ReduceMean", [map], { axes: [1], keepdims: 1 }), 5, 1);
    scales.push(graph.add("Div", [map, graph.add("Add", [activity, eps])]));
  }
  const first = graph.add("Concat", scales, { axis: 1 });
  const inputs = 2 * filters.length * SCALES;
  const second = graph.weights("conjunctions", [CHANNELS, inputs, 3, 3], conjunctions(inputs, 2.5));
  const activation = graph.add("Relu", [graph.conv(first, second, [3, 3], { stride: 2 })]);
  // Smooth places (sky, a plain wall) have colour but no pattern: what fires there is turned down, or feature saliency
  // would find it wherever there is nothing to see.
  let contrast = deviation;
  for (let stride = 1; stride < STRIDE; stride *= 2) contrast = graph.pool("AveragePool", contrast, 3, 2);
  const above = graph.add("Relu", [graph.add("Sub", [contrast, constant("gate_foot", 0.03)])]);
  const gate = graph.add("Div", [above, graph.add("Add", [above, constant("gate_half", 0.1)])]);
  const cells = MARGIN / STRIDE;
  graph.add("Slice", [
    graph.add("Mul", [activation, gate]),
    graph.integers("first_cell", [cells, cells]),
    graph.integers("last_cell", [-cells, -cells]),
    graph.integers("rows_and_columns", [2, 3]),
  ]);
  graph.node.at(-1).output = ["activation"];
  return graph;
}

const value = (name, dims) => ({
  name,
  type: {
    tensorType: {
      elemType: FLOAT,
      shape: { dim: dims.map((dim) => (typeof dim === "number" ? { dimValue: dim } : { dimParam: dim })) },
    },
  },
});

/** Writes the network into `models` unless it is there already as this script makes it. */
export async function makeDefaultNetwork() {
  const { modelCodec } = await import("../dist/features/onnx/schema.js");
  const { node, initializer } = buildGraph();
  const model = modelCodec.encode({
    irVersion: 8,
    producerName: "leitmotif",
    opsetImport: [{ domain: "", version: OPSET }],
    graph: {
      name: "default",
      node,
      initializer,
      input: [value("image", ["N", 3, "H", "W"])],
      output: [value("activation", ["N", CHANNELS, "h", "w"])],
    },
  });
  const description = { range: 1, mean: [0, 0, 0], tensor: "activation", stride: STRIDE, minimumSide: 32 };
  write("default.onnx", model);
  write("default.json", Buffer.from(`${JSON.stringify(description, null, 2)}\n`));
}

function write(name, bytes) {
  const path = join(ROOT, "models", name);
  if (existsSync(path) && readFileSync(path).equals(bytes)) return;
  mkdirSync(join(ROOT, "models"), { recursive: true });
  writeFileSync(path, bytes);
}

if (fileURLToPath(import.meta.url) === process.argv[1]) await makeDefaultNetwork();
