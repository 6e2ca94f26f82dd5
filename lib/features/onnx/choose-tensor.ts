/** Finds the input and the tensor that a description means in a graph. */
import { LeitmotifError } from "../../errors.js";
import type { ModelDescription } from "../model-description.js";
import type { Graph, GraphValue } from "./graph.js";

/** Kinds of node after which there is no grid of positions any more. */
const ENDS_GRID = new Set([
  "Flatten",
  "Reshape",
  "GlobalAveragePool",
  "GlobalMaxPool",
  "ReduceMean",
  "Gemm",
  "Softmax",
]);

/**
 * The graph input to feed.
 *
 * @throws {LeitmotifError} `ERR_MODEL` when there is none of that name, or it does not take one RGB image of float32.
 */
export function chooseInput({ inputs }: Graph, description: ModelDescription): GraphValue {
  const names = inputs.map(({ name }) => name).join(", ") || "none";
  const input = description.input ? inputs.find(({ name }) => name === description.input) : inputs[0];
  if (!input) throw new LeitmotifError("ERR_MODEL", `the model has no input ${description.input}; it has: ${names}`);
  if (inputs.length > 1) {
    throw new LeitmotifError(
      "ERR_MODEL",
      `the model needs several inputs (${names}): only networks of an image alone fit`,
    );
  }
  const { shape, type } = input;
  const [channels, other] = description.layout === "NCHW" ? [shape[1], shape[3]] : [shape[3], shape[1]];
  const colours = channels === 3 || (typeof channels !== "number" && other !== 3);
  const single = shape[0] === 1 || typeof shape[0] !== "number";
  if (type !== "float" || !(shape.length === 0 || (shape.length === 4 && single && colours))) {
    throw new LeitmotifError(
      "ERR_MODEL",
      `the model's input ${input.name} is ${type} ${shape.join(" x ")}: one RGB image of float32 is needed, laid out as ${description.layout}`,
    );
  }
  return input;
}

/**
 * The name of the tensor to read.
 *
 * @throws {LeitmotifError} `ERR_MODEL` that lists similar names when the graph has no such tensor.
 */
export function chooseTensor(graph: Graph, { tensor }: ModelDescription): string {
  if (typeof tensor !== "string") return lastOnGrid(graph, tensor.last);
  const names = graph.nodes.flatMap(({ outputs }) => outputs);
  if (names.includes(tensor)) return tensor;
  throw new LeitmotifError("ERR_MODEL", `the model has no tensor ${JSON.stringify(tensor)}; ${similar(tensor, graph)}`);
}

function lastOnGrid({ nodes }: Graph, op: string): string {
  const offGrid = new Set<string>();
  let last: string | undefined;
  for (const node of nodes) {
    if (ENDS_GRID.has(node.op) || node.inputs.some((name) => offGrid.has(name))) {
      for (const name of node.outputs) offGrid.add(name);
    } else if (node.op === op) last = node.outputs[0];
  }
  if (last !== undefined) return last;
  const ops = [...new Set(nodes.map((node) => node.op))].sort();
  throw new LeitmotifError("ERR_MODEL", `the model has no ${op} before its pooling; it is made of: ${ops.join(", ")}`);
}

function similar(wanted: string, { nodes, outputs }: Graph): string {
  const words = wanted
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  const likeness = (name: string) => words.filter((word) => name.toLowerCase().includes(word)).length;
  const names = nodes.flatMap((node) => node.outputs);
  const alike = names.filter((name) => likeness(name) > 0).sort((a, b) => likeness(b) - likeness(a));
  const shown = [...new Set([...alike, ...names.toReversed()])].slice(0, 8);
  return `its outputs are ${outputs.map(({ name }) => name).join(", ")}, and among its tensors are ${shown.join(", ")}`;
}
