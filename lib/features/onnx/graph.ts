/** What we need to know of an ONNX graph: inputs, outputs, and which node makes which tensor from which. */
import { LeitmotifError } from "../../errors.js";
import { modelCodec, type OnnxModel, type OnnxNode, type OnnxValueInfo } from "./schema.js";

/** An input or output of a network's graph. */
export interface GraphValue {
  name: string;
  /** Element type as ONNX names it, for example `float`. */
  type: string;
  /** A number, the name of a free dimension, or `?`. */
  shape: (number | string)[];
}

export interface GraphNode {
  op: string;
  inputs: string[];
  outputs: string[];
}

export interface Graph {
  /** Without those that only give an initialiser a name. */
  inputs: GraphValue[];
  outputs: GraphValue[];
  /** In an order in which they can be computed. */
  nodes: GraphNode[];
  /** Files beside the model that hold weights, relative to it. */
  externalFiles: string[];
  opset: number;
  producer: string;
}

const ELEMENT_TYPES: Record<number, string> = {
  1: "float",
  2: "uint8",
  3: "int8",
  6: "int32",
  7: "int64",
  9: "bool",
  10: "float16",
  11: "double",
  16: "bfloat16",
};

/**
 * Reads the graph of an ONNX file.
 *
 * @throws {LeitmotifError} `ERR_MODEL` when the bytes are not an ONNX model.
 */
export function readGraph(bytes: Uint8Array, name: string): Graph {
  const model = decode(bytes, name);
  const { node = [], initializer = [], input = [], output = [] } = model.graph ?? {};
  const weights = new Set(initializer.map((tensor) => tensor.name));
  const locations = initializer.flatMap((tensor) => (tensor.dataLocation === 1 ? (tensor.externalData ?? []) : []));
  return {
    inputs: input.filter((value) => !weights.has(value.name)).map(toValue),
    outputs: output.map(toValue),
    nodes: node.map(toNode),
    externalFiles: [...new Set(locations.filter((e) => e.key === "location").map((e) => e.value))].sort(),
    opset: model.opsetImport?.find((set) => !set.domain)?.version ?? 0,
    producer: model.producerName ?? "",
  };
}

function decode(bytes: Uint8Array, name: string): OnnxModel {
  let model: OnnxModel;
  try {
    model = modelCodec.decode(bytes);
  } catch (cause) {
    throw notOnnx(name, cause);
  }
  if (!model.graph?.node?.length || !model.opsetImport?.length) throw notOnnx(name);
  return model;
}

function notOnnx(name: string, cause?: unknown): LeitmotifError {
  return new LeitmotifError("ERR_MODEL", `${name} is not an ONNX model: export the network to ONNX first`, { cause });
}

function toValue({ name, type }: OnnxValueInfo): GraphValue {
  const { elemType = 0, shape } = type?.tensorType ?? {};
  return {
    name,
    type: ELEMENT_TYPES[elemType] ?? `type ${elemType}`,
    shape: (shape?.dim ?? []).map((dim) => dim.dimValue ?? (dim.dimParam || "?")),
  };
}

function toNode(node: OnnxNode): GraphNode {
  return { op: node.opType, inputs: inputsOf(node), outputs: (node.output ?? []).filter(Boolean) };
}

/** The tensors that a node reads, those that the bodies of its loops and branches take from outside included. */
export function inputsOf(node: OnnxNode): string[] {
  const bodies = (node.attribute ?? []).flatMap(({ g, graphs = [] }) => (g ? [g, ...graphs] : graphs));
  return [
    ...(node.input ?? []),
    ...bodies.flatMap((body) => (body.node ?? []).flatMap(inputsOf)),
    ...bodies.flatMap((body) => (body.output ?? []).map((value) => value.name)),
  ].filter(Boolean);
}
