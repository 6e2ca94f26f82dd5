import { checkOneOf } from "../check.js";
import { LeitmotifError } from "../errors.js";
import { loadRuntime } from "./onnx/runtime.js";

/** Where a network runs: `auto` is the processor; the others need an onnxruntime that has them. */
export type Device = "auto" | "cpu" | "webgpu" | "cuda" | "tensorrt" | "coreml" | "dml";

const DEVICES: readonly Device[] = ["auto", "cpu", "webgpu", "cuda", "tensorrt", "coreml", "dml"];

/** The name of onnxruntime's execution provider for a device. */
export async function checkDevice(device: Device): Promise<string> {
  checkOneOf("device", device, DEVICES);
  if (device === "auto" || device === "cpu") return "cpu";
  const { listSupportedBackends } = await loadRuntime();
  const present = listSupportedBackends().map(({ name }) => name);
  if (present.includes(device)) return device;
  throw new LeitmotifError(
    "ERR_MODEL",
    `the device ${device} is not there: onnxruntime on this machine offers ${present.join(", ")}`,
  );
}
