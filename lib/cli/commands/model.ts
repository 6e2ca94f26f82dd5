import type { Command } from "commander";
import { inspectModel, type ModelInspection } from "../../features/inspect-model.js";
import { loadModel } from "../../features/model.js";
import type { ModelDescription } from "../../features/model-description.js";
import { MODEL_PRESETS } from "../../features/presets.js";
import { table } from "../table.js";
import type { Terminal } from "../terminal.js";

export function addModel(program: Command, terminal: Terminal): void {
  const model = program.command("model").description("what is known of networks");
  model
    .command("list", { isDefault: true })
    .description("list the network that comes along (default) and the presets for others, whose preprocessing is known")
    .option("--json", "print their descriptions")
    .action(async ({ json }: { json?: true }) => {
      const { description } = await loadModel("default");
      const known = { default: description, ...MODEL_PRESETS };
      terminal.out(json ? `${JSON.stringify(known, null, 2)}\n` : `${table(rowsOf(known), "words").join("\n")}\n`);
    });
  model
    .command("inspect")
    .description("list a network's inputs, outputs and the tensors that could serve as activation maps")
    .argument("<file>", "ONNX file")
    .option("--json", "print it as JSON")
    .action(async (file: string, { json }: { json?: true }) => {
      const inspection = await inspectModel(file, { signal: terminal.signal });
      terminal.out(json ? `${JSON.stringify(inspection, null, 2)}\n` : describe(inspection));
    });
}

function rowsOf(known: Record<string, ModelDescription>): string[][] {
  const rows = Object.entries(known).map(([name, { tensor, stride, colour, range, mean }]) => [
    name,
    typeof tensor === "string" ? tensor : `last ${tensor.last}`,
    String(stride),
    `${colour} 0..${range}${mean.some((value) => value !== 0) ? ` minus ${mean.join(", ")}` : ""}`,
  ]);
  return [["network", "tensor", "stride", "input"], ...rows];
}

function describe(inspection: ModelInspection): string {
  const { path, sha256, producer, opset, inputs, outputs, preset, trial, candidates, problem } = inspection;
  const values = (list: ModelInspection["inputs"]) => list.map(({ name, shape }) => `${name} (${shape.join(", ")})`);
  const head = [
    path,
    `sha256   ${sha256}`,
    `made by  ${producer}, opset ${opset}`,
    `inputs   ${values(inputs).join(", ")}`,
    `outputs  ${values(outputs).join(", ")}`,
    `preset   ${preset ?? "none known; name one with --model-preset, or write a description beside the file"}`,
  ];
  if (problem !== undefined) return [...head, `its tensors cannot be listed: ${problem}`, ""].join("\n");
  const rows = candidates.map(({ name, op, layout, shape, stride, zeros, negative }) => [
    name,
    op,
    layout,
    shape.join(" x "),
    String(stride),
    `${Math.round(100 * zeros)} %${negative ? ", negative values: needs relu" : ""}`,
  ]);
  const found = `tensors that could serve, for an image of ${trial.width} x ${trial.height}:`;
  const listed = table([["tensor", "made by", "layout", "shape", "stride", "zeros"], ...rows], "words");
  return [...head, found, ...listed, ""].join("\n");
}
