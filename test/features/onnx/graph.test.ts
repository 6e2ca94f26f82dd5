import { InferenceSession, Tensor } from "onnxruntime-node";
import protobuf from "protobufjs";
import test from "ava";
import { chooseTensor } from "../../../lib/features/onnx/choose-tensor.js";
import { exposeTensors } from "../../../lib/features/onnx/expose.js";
import { readGraph } from "../../../lib/features/onnx/graph.js";
import { modelCodec, type OnnxAttribute } from "../../../lib/features/onnx/schema.js";
import { checkModelDescription } from "../../../lib/features/model-description.js";
import { encodeGraph, node, TINY_DESCRIPTION, tinyGraph, value, weights } from "../../support/tiny-network.js";

const description = (tensor: string | { last: string }) =>
  checkModelDescription({ ...TINY_DESCRIPTION, tensor }, "test");

const feeds = () => ({
  x: new Tensor(
    "float32",
    Float32Array.from({ length: 300 }, (_, i) => Math.cos(i)),
    [1, 3, 10, 10],
  ),
});

test("reads inputs, outputs, nodes and opset", (t) => {
  const graph = readGraph(encodeGraph(tinyGraph()), "tiny");
  t.deepEqual(graph.inputs, [{ name: "x", type: "float", shape: ["N", 3, "H", "W"] }]);
  t.deepEqual(
    graph.outputs.map((output) => output.name),
    ["score"],
  );
  t.deepEqual(
    graph.nodes.map(({ op }) => op),
    ["Conv", "Relu", "GlobalAveragePool", "Mul"],
  );
  t.is(graph.opset, 13);
});

test("a weight that is also listed as an input is no input", (t) => {
  const graph = tinyGraph();
  graph.input?.push(value("kernel", [5, 3, 3, 3]));
  t.deepEqual(
    readGraph(encodeGraph(graph), "tiny").inputs.map(({ name }) => name),
    ["x"],
  );
});

test("exposing keeps what the tensor needs, drops the rest, and the values stay the same", async (t) => {
  const all = encodeGraph(tinyGraph());
  const exposed = exposeTensors(all, ["map"]);
  const { node: nodes, initializer, output } = modelCodec.decode(exposed).graph ?? {};
  t.deepEqual(
    nodes?.map(({ opType }) => opType),
    ["Conv", "Relu"],
  );
  t.deepEqual(
    initializer?.map(({ name }) => name),
    ["kernel"],
  );
  t.deepEqual(
    output?.map(({ name }) => name),
    ["map"],
  );

  const [one, several, whole] = await Promise.all(
    [exposed, exposeTensors(all, ["score", "map"]), all].map((bytes) => InferenceSession.create(bytes)),
  );
  const map = (await one?.run(feeds()))?.map;
  const both = await several?.run(feeds());
  t.deepEqual(both?.map?.data, map?.data);
  t.deepEqual(both?.score?.data, (await whole?.run(feeds()))?.score?.data);
});

test("fields that our schema does not name are carried over, and a graph in pieces is joined", async (t) => {
  const bytes = encodeGraph(tinyGraph());
  const writer = () => protobuf.Writer.create();
  // metadata_props (14) of the model, and of the graph (16) in a second piece.
  const metadata = writer()
    .uint32((14 << 3) | 2)
    .fork()
    .uint32(10)
    .string("author")
    .uint32(18)
    .string("someone")
    .ldelim()
    .finish();
  const entry = writer()
    .uint32((16 << 3) | 2)
    .fork()
    .uint32(10)
    .string("part")
    .uint32(18)
    .string("second")
    .ldelim()
    .finish();
  const piece = writer()
    .uint32((7 << 3) | 2)
    .bytes(entry)
    .finish();
  const exposed = Buffer.from(exposeTensors(Buffer.concat([bytes, metadata, piece]), ["map"]));
  for (const text of ["author", "someone", "part", "second"]) t.true(exposed.includes(text), text);
  t.truthy((await (await InferenceSession.create(exposed)).run(feeds())).map);
});

test("what the branches of a node read from outside is kept", async (t) => {
  const graph = tinyGraph();
  const branch = (name: string, input: string): OnnxAttribute => ({
    name,
    type: 5,
    g: {
      name,
      node: [node("Mul", [input, "factor"], `${name}_out`)],
      output: [value(`${name}_out`, ["N", 5, "h", "w"])],
    },
  });
  graph.initializer?.push({ name: "yes", dims: [1], dataType: 9, rawData: Uint8Array.of(1) });
  graph.node?.push({
    opType: "If",
    input: ["yes"],
    output: ["chosen"],
    attribute: [branch("then_branch", "map"), branch("else_branch", "conv")],
  });
  const session = await InferenceSession.create(exposeTensors(encodeGraph(graph), ["chosen", "map"]));
  const { chosen, map } = await session.run(feeds());
  t.deepEqual(
    [...(chosen?.data as Float32Array)],
    Array.from(map?.data as Float32Array, (v) => 2 * v),
  );
});

test("the last activation on a grid is found before the classifier's own", (t) => {
  const graph = tinyGraph();
  graph.node?.push(
    node("Flatten", ["average"], "flat"),
    node("Gemm", ["flat", "fc"], "hidden"),
    node("Relu", ["hidden"], "last"),
  );
  graph.initializer?.push(weights("fc", [5, 5], new Float32Array(25)));
  const read = readGraph(encodeGraph(graph), "net");
  t.is(chooseTensor(read, description({ last: "Relu" })), "map");
  t.is(chooseTensor(read, description("conv")), "conv");
});
