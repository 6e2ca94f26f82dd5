/** Small ONNX models made on the fly: x -> 3 x 3 convolution of stride 2 -> Relu -> global average. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelCodec, type OnnxAttribute, type OnnxGraph, type OnnxNode } from "../../lib/features/onnx/schema.js";

type Dimension = number | string;

export const value = (name: string, dims: Dimension[], elemType = 1) => ({
  name,
  type: {
    tensorType: {
      elemType,
      shape: { dim: dims.map((dim) => (typeof dim === "number" ? { dimValue: dim } : { dimParam: dim })) },
    },
  },
});

export const weights = (name: string, dims: number[], values: ArrayLike<number>) => ({
  name,
  dims,
  dataType: 1,
  rawData: new Uint8Array(Float32Array.from(values).buffer),
});

export const shapeOf = (name: string, values: number[]) => ({
  name,
  dims: [values.length],
  dataType: 7,
  rawData: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
});

export function node(
  opType: string,
  input: string[],
  output: string,
  attributes: Record<string, number | number[]> = {},
): OnnxNode {
  const attribute = Object.entries(attributes).map(([name, v]): OnnxAttribute =>
    typeof v === "number" ? { name, i: v, type: 2 } : { name, ints: v, type: 7 },
  );
  return { opType, input, output: [output], attribute };
}

export const encodeGraph = (graph: OnnxGraph): Uint8Array =>
  modelCodec.encode({ irVersion: 8, producerName: "test", opsetImport: [{ domain: "", version: 13 }], graph });

export const CHANNELS = 5;

/** The convolution's kernel (CHANNELS, 3, 3, 3). */
export const KERNEL = Float32Array.from({ length: CHANNELS * 27 }, (_, i) => Math.sin(i * 1.7));

export function tinyGraph({ height = "H", width = "W" }: { height?: Dimension; width?: Dimension } = {}): OnnxGraph {
  return {
    name: "tiny",
    node: [
      node("Conv", ["x", "kernel"], "conv", { strides: [2, 2], pads: [1, 1, 1, 1] }),
      node("Relu", ["conv"], "map"),
      node("GlobalAveragePool", ["map"], "average"),
      node("Mul", ["average", "factor"], "score"),
    ],
    initializer: [weights("kernel", [CHANNELS, 3, 3, 3], KERNEL), weights("factor", [1], [2])],
    input: [value("x", ["N", 3, height, width])],
    output: [value("score", ["N", CHANNELS, 1, 1])],
  };
}

export const TINY_DESCRIPTION = { range: 1, mean: [0, 0, 0], tensor: "map", stride: 2, minimumSide: 4 } as const;

/** Writes a model file and returns its path. */
export function writeModel(folder: string, name: string, graph: OnnxGraph): string {
  const path = join(folder, name);
  writeFileSync(path, encodeGraph(graph));
  return path;
}
