/** Finds and reads a model: the file, what it is called, its description and its hash. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { checkObject, checkOneOf, checkString, withDefaults } from "../check.js";
import { LeitmotifError, messageOf } from "../errors.js";
import { PACKAGE_ROOT } from "../package-root.js";
import { checkModelDescription, type ModelDescription, type ModelDescriptionInput } from "./model-description.js";
import { type Graph, readGraph } from "./onnx/graph.js";
import { MODEL_PRESETS, type ModelPreset, recognise } from "./presets.js";

/**
 * Which network: `default` for the one that comes with the package, the path of an ONNX file that is described by JSON
 * beside it or that is known by its inputs and outputs, or a path with a preset or a description.
 */
export type ModelChoice =
  | "default"
  | (string & {})
  | { path: string; preset?: ModelPreset | undefined; description?: ModelDescriptionInput | undefined };

/** A model's file, read. */
export interface ModelFile {
  /** File name without its ending. */
  name: string;
  path: string;
  /** Of the file and, where it keeps weights in others, of those in order of their name. */
  sha256: string;
  bytes: Uint8Array;
  graph: Graph;
}

/** The network that comes with the package; models/README.md is its card. */
const DEFAULT_PATH = join(PACKAGE_ROOT, "models", "default.onnx");

/**
 * @throws {LeitmotifError} `ERR_MODEL` when the file is missing, is not an ONNX model, or nothing describes it.
 */
export async function loadModel(choice: ModelChoice): Promise<ModelFile & { description: ModelDescription }> {
  const { path, preset, description } = checkChoice(choice);
  const file = await readModelFile(path);
  if (preset) return { ...file, description: MODEL_PRESETS[preset] };
  if (description) return { ...file, description: checkModelDescription(description, "model.description") };
  return { ...file, description: await findDescription(file) };
}

function checkChoice(choice: ModelChoice) {
  if (choice === "default") return { path: DEFAULT_PATH };
  if (typeof choice === "string") return { path: checkString("model", choice) };
  const fields = { path: "", preset: undefined as ModelPreset | undefined, description: undefined as unknown };
  const { path, preset, description } = withDefaults("model", checkObject("model", choice), fields);
  checkString("model.path", path);
  if (preset !== undefined) checkOneOf("model.preset", preset, Object.keys(MODEL_PRESETS) as ModelPreset[]);
  if (preset !== undefined && description !== undefined) {
    throw new LeitmotifError("ERR_INVALID_ARGUMENT", "model takes a preset or a description, not both");
  }
  return { path, preset, description };
}

/** Reads a model's file and its graph, and hashes it. */
export async function readModelFile(path: string): Promise<ModelFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const advice = path === DEFAULT_PATH ? ": install the package again, it carries the file" : "";
    throw new LeitmotifError("ERR_MODEL", `the model ${path} cannot be read (${messageOf(cause)})${advice}`, { cause });
  }
  const graph = readGraph(bytes, path);
  const weights = graph.externalFiles.map((file) => join(dirname(path), file));
  const missing = weights.find((file) => !existsSync(file));
  if (missing) {
    throw new LeitmotifError("ERR_MODEL", `${path} keeps its weights in ${missing}, which is missing: put it there`);
  }
  const sha256 = await hashFiles([path, ...weights]);
  return { name: basename(path).replace(/\.onnx$/i, ""), path, sha256, bytes, graph };
}

async function hashFiles(paths: string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}

async function findDescription({ path, graph }: ModelFile): Promise<ModelDescription> {
  const beside = `${path.replace(/\.onnx$/i, "")}.json`;
  if (existsSync(beside)) {
    try {
      return checkModelDescription(JSON.parse(await readFile(beside, "utf8")), beside);
    } catch (cause) {
      if (cause instanceof LeitmotifError) throw cause;
      throw new LeitmotifError("ERR_MODEL", `the model description ${beside} cannot be read: ${messageOf(cause)}`, {
        cause,
      });
    }
  }
  const preset = recognise(graph);
  if (preset) return MODEL_PRESETS[preset];
  throw new LeitmotifError(
    "ERR_MODEL",
    `nothing says how to feed ${path}: name a preset (${Object.keys(MODEL_PRESETS).join(", ")}), or write ${beside}, ` +
      `for example {"range": 1, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], "tensor": ` +
      `"${graph.outputs[0]?.name ?? "name"}", "stride": 16}; "leitmotif model inspect" lists the tensors`,
  );
}
