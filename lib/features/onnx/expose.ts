/**
 * Makes any tensor of an ONNX graph its output, and leaves out what that output does not need: a classifier's last
 * layers are then not computed. Works on the file's fields as they stand: weights, attributes and extensions that our
 * schema does not name are carried over byte by byte.
 */
import protobuf from "protobufjs";
import { inputsOf } from "./graph.js";
import { nodeCodec, tensorCodec, valueInfoCodec } from "./schema.js";

const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const GRAPH_INITIALIZER = 5;
const GRAPH_INPUT = 11;
const GRAPH_OUTPUT = 12;

interface Field {
  id: number;
  /** Tag and value. */
  whole: Uint8Array;
  /** The value's content, for fields of variable length. */
  content: Uint8Array;
}

function* fieldsOf(message: Uint8Array): Generator<Field> {
  const reader = protobuf.Reader.create(message);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    let content: Uint8Array = new Uint8Array();
    if ((tag & 7) === 2) content = reader.bytes();
    else reader.skipType(tag & 7);
    yield { id: tag >>> 3, whole: message.subarray(start, reader.pos), content };
  }
}

function embedded(id: number, content: Uint8Array): Uint8Array {
  // bytes and embedded messages look the same on the wire.
  return protobuf.Writer.create()
    .uint32((id << 3) | 2)
    .bytes(content)
    .finish();
}

/**
 * The model with `tensors` as its only outputs and without the nodes, weights and inputs that they do not need.
 *
 * @param model A valid ONNX file (see readGraph).
 * @param tensors Names of tensors that the graph computes.
 */
export function exposeTensors(model: Uint8Array, tensors: readonly string[]): Uint8Array {
  const fields = [...fieldsOf(model)];
  // A message may be written in several pieces, which a reader joins.
  const graph = Buffer.concat(fields.filter((field) => field.id === MODEL_GRAPH).map((field) => field.content));
  const others = fields.filter((field) => field.id !== MODEL_GRAPH).map((field) => field.whole);
  return Buffer.concat([...others, embedded(MODEL_GRAPH, rebuildGraph(graph, tensors))]);
}

function rebuildGraph(graph: Uint8Array, tensors: readonly string[]): Uint8Array {
  const fields = [...fieldsOf(graph)];
  const needed = new Set(tensors);
  const kept = new Set<Field>();
  // Nodes stand in an order in which they can be computed: backwards, every reader is seen before what it reads.
  for (const field of fields.toReversed()) {
    if (field.id !== GRAPH_NODE) continue;
    const node = nodeCodec.decode(field.content);
    if (!node.output?.some((name) => needed.has(name))) continue;
    kept.add(field);
    for (const name of inputsOf(node)) needed.add(name);
  }
  const outputs = new Map<string, Uint8Array>();
  for (const field of fields) {
    if (field.id === GRAPH_OUTPUT) outputs.set(valueInfoCodec.decode(field.content).name, field.whole);
    else if (field.id === GRAPH_INITIALIZER && !needed.has(tensorCodec.decode(field.content).name)) continue;
    else if (field.id === GRAPH_INPUT && !needed.has(valueInfoCodec.decode(field.content).name)) continue;
    else if (field.id !== GRAPH_NODE) kept.add(field);
  }
  // An output's type may be left open: the runtime infers it.
  const exposed = tensors.map((name) => outputs.get(name) ?? embedded(GRAPH_OUTPUT, valueInfoCodec.encode({ name })));
  return Buffer.concat([...fields.filter((field) => kept.has(field)).map((field) => field.whole), ...exposed]);
}
