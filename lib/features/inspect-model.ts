import { dirname } from "node:path";
import { messageOf, throwIfAborted } from "../errors.js";
import type { RunOptions } from "../native.js";
import { threadCount } from "../threads.js";
import type { Size } from "./image.js";
import { readModelFile } from "./model.js";
import { exposeTensors } from "./onnx/expose.js";
import type { Graph, GraphValue } from "./onnx/graph.js";
import { Session } from "./onnx/session.js";
import type { ProbeReply } from "./onnx/session-worker.js";
import { type ModelPreset, recognise } from "./presets.js";

/** A tensor that could serve as an activation map. */
export interface CandidateTensor {
  name: string;
  /** The kind of node that makes it. */
  op: string;
  layout: "NCHW" | "NHWC" | "tokens";
  /** As it came out for the trial image. */
  shape: number[];
  channels: number;
  /** Pixels from one cell to the next. */
  stride: number;
  /** Whether it is an output of the graph as it stands. */
  output: boolean;
  /** Whether negative values were seen: the description then needs `relu`. */
  negative: boolean;
  /** Share of values that are exactly zero, 0..1. The method works best on sparse maps. */
  zeros: number;
}

/** What {@link inspectModel} finds in a model's file. */
export interface ModelInspection {
  path: string;
  sha256: string;
  producer: string;
  opset: number;
  inputs: GraphValue[];
  outputs: GraphValue[];
  /** The preset that fits, where the network is a known one. */
  preset?: ModelPreset;
  /** Size of the noise image that was fed to find the shapes. */
  trial: Size;
  /** In the order in which they are computed. */
  candidates: CandidateTensor[];
  /** Why there are no candidates, where the network could not be run. */
  problem?: string;
}

/** Sides that differ, so that the grid is seen in a shape; multiples of 14 and 28, which patch networks want. */
const TRIAL: Size = { width: 280, height: 224 };

const CONVOLUTION_STRIDES = [1, 2, 4, 8, 16, 32, 64];
const PATCH_SIDES = [8, 14, 16, 32];
/** Fewer channels tell no object from another. */
const FEWEST_CHANNELS = 16;
/** Class and register tokens at most. */
const EXTRA_TOKENS = 16;

/**
 * What is in an ONNX file: inputs, outputs, and the tensors that could serve as activation maps, found by running the
 * network on noise with all its tensors exposed.
 *
 * @throws {LeitmotifError} `ERR_MODEL` when the file is missing or is not an ONNX model, `ERR_ABORTED`.
 */
export async function inspectModel(path: string, { signal }: RunOptions = {}): Promise<ModelInspection> {
  throwIfAborted(signal);
  const { bytes, graph, sha256 } = await readModelFile(path);
  const { inputs, outputs, producer, opset } = graph;
  const preset = recognise(graph);
  const base = { path, sha256, producer, opset, inputs, outputs, ...(preset && { preset }) };
  const [input] = inputs;
  const feed = input && inputs.length === 1 ? trialOf(input) : undefined;
  if (!feed) {
    return { ...base, trial: TRIAL, candidates: [], problem: "it does not take a single RGB image of float32" };
  }
  const session = new Session();
  try {
    const model = exposeTensors(bytes, dependentTensors(graph));
    const threads = threadCount();
    await session.request({ kind: "open", model, folder: dirname(path), name: path, device: "cpu", threads }, signal);
    const probes = await session.request<ProbeReply[]>({ kind: "probe", inputs: [feed] }, signal);
    return { ...base, trial: feed.size, candidates: candidatesOf(probes, graph, feed.size) };
  } catch (error) {
    throwIfAborted(signal);
    return { ...base, trial: feed.size, candidates: [], problem: messageOf(error) };
  } finally {
    await session.close();
  }
}

/** The shape of the noise image; undefined where the input is not one RGB image. */
function trialOf({ name, type, shape }: GraphValue): { name: string; shape: number[]; size: Size } | undefined {
  if (type !== "float" || shape.length !== 4 || (typeof shape[0] === "number" && shape[0] !== 1)) return undefined;
  const last = shape[3] === 3;
  if (!last && typeof shape[1] === "number" && shape[1] !== 3) return undefined;
  const [h, w] = last ? [shape[1], shape[2]] : [shape[2], shape[3]];
  const height = typeof h === "number" ? h : TRIAL.height;
  const width = typeof w === "number" ? w : TRIAL.width;
  return { name, shape: last ? [1, height, width, 3] : [1, 3, height, width], size: { width, height } };
}

/** The tensors that depend on the input: not those that are made of weights alone. */
function dependentTensors({ inputs, nodes }: Graph): string[] {
  const dependent = new Set(inputs.map(({ name }) => name));
  const tensors: string[] = [];
  for (const node of nodes) {
    if (!node.inputs.some((name) => dependent.has(name))) continue;
    for (const name of node.outputs) dependent.add(name);
    tensors.push(...node.outputs);
  }
  return tensors;
}

function candidatesOf(probes: ProbeReply[], { nodes, outputs }: Graph, size: Size): CandidateTensor[] {
  const replies = new Map(probes.map((probe) => [probe.name, probe]));
  const isOutput = new Set(outputs.map(({ name }) => name));
  return nodes.flatMap(({ op, outputs: names }) =>
    names.flatMap((name) => {
      const probe = replies.get(name);
      const grid = probe?.type === "float32" ? gridOf(probe.shape, size) : undefined;
      if (!probe || !grid || grid.channels < FEWEST_CHANNELS) return [];
      const { shape, minimum, zeros } = probe;
      return [{ name, op, ...grid, shape, output: isOutput.has(name), negative: minimum < 0, zeros }];
    }),
  );
}

function gridOf(shape: number[], size: Size): Pick<CandidateTensor, "layout" | "channels" | "stride"> | undefined {
  const [batch, a = 0, b = 0, c = 0] = shape;
  if (batch !== 1) return undefined;
  if (shape.length === 3) {
    const stride = PATCH_SIDES.find((side) => {
      const extra = a - Math.floor(size.height / side) * Math.floor(size.width / side);
      return extra >= 0 && extra <= EXTRA_TOKENS;
    });
    return stride ? { layout: "tokens", channels: b, stride } : undefined;
  }
  if (shape.length !== 4) return undefined;
  const first = strideOf(b, c, size);
  if (first) return { layout: "NCHW", channels: a, stride: first };
  const last = strideOf(a, b, size);
  return last ? { layout: "NHWC", channels: c, stride: last } : undefined;
}

/** The stride at which the image has rows x columns cells, a few lost at the border; 0 where it is none. */
function strideOf(rows: number, columns: number, { width, height }: Size): number {
  if (rows < 2 || columns < 2) return 0;
  const fits = (stride: number, cells: number, side: number) =>
    cells <= Math.ceil(side / stride) + 1 && cells >= side / stride - Math.max(3, (0.05 * side) / stride);
  const possible = CONVOLUTION_STRIDES.filter((s) => fits(s, rows, height) && fits(s, columns, width));
  return possible.sort((s, t) => Math.abs(columns - width / s) - Math.abs(columns - width / t))[0] ?? 0;
}
