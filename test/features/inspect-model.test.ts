import test from "ava";
import { inspectModel } from "../../lib/index.js";
import { temporaryFolder } from "../support/folders.js";
import { node, shapeOf, tinyGraph, value, weights, writeModel } from "../support/tiny-network.js";

/** 16 channels wide: what inspection takes for a candidate. */
function wideGraph() {
  const graph = tinyGraph();
  graph.initializer = [
    weights(
      "kernel",
      [16, 3, 3, 3],
      Float32Array.from({ length: 432 }, (_, i) => Math.sin(i)),
    ),
    weights("factor", [1], [2]),
    shapeOf("rows", [1, 16, -1]),
  ];
  return graph;
}

test("lists the tensors that are maps, with the shapes they have", async (t) => {
  const graph = wideGraph();
  graph.node?.push(
    node("MaxPool", ["map"], "small", { kernel_shape: [7, 7], strides: [7, 7] }),
    node("Reshape", ["small", "rows"], "flat"),
    node("Transpose", ["flat"], "tokens", { perm: [0, 2, 1] }),
    node("Transpose", ["map"], "last", { perm: [0, 2, 3, 1] }),
  );
  const path = writeModel(await temporaryFolder(t), "wide.onnx", graph);
  const inspection = await inspectModel(path);
  t.is(inspection.problem, undefined);
  t.like(inspection, { path, opset: 13, producer: "test", trial: { width: 280, height: 224 } });
  t.deepEqual(inspection.outputs, [{ name: "score", type: "float", shape: ["N", 5, 1, 1] }]);
  const brief = inspection.candidates.map((c) => [c.name, c.op, c.layout, c.channels, c.stride, c.negative]);
  t.deepEqual(brief, [
    ["conv", "Conv", "NCHW", 16, 2, true],
    ["map", "Relu", "NCHW", 16, 2, false],
    ["tokens", "Transpose", "tokens", 16, 14, false],
    ["last", "Transpose", "NHWC", 16, 2, false],
  ]);
  t.deepEqual(inspection.candidates[1]?.shape, [1, 16, 112, 140]);
  t.true((inspection.candidates[1]?.zeros ?? 0) > 0.1);
});

test("says why a network cannot be tried, and throws for what is no network", async (t) => {
  const folder = await temporaryFolder(t);
  const several = wideGraph();
  several.input?.push(value("mask", ["N", 1]));
  const inspection = await inspectModel(writeModel(folder, "several.onnx", several));
  t.deepEqual(inspection.candidates, []);
  t.regex(inspection.problem ?? "", /single RGB image/);

  const broken = wideGraph();
  broken.node?.push(node("NoSuchOperator", ["map"], "strange"));
  t.regex((await inspectModel(writeModel(folder, "broken.onnx", broken))).problem ?? "", /NoSuchOperator/);

  await t.throwsAsync(inspectModel(`${folder}/none.onnx`), { code: "ERR_MODEL" });
  await t.throwsAsync(inspectModel("package.json"), { code: "ERR_MODEL", message: /is not an ONNX model/ });
});
