/** Chooses the device that a network runs on. */
import { readdirSync } from "node:fs";
import { checkOneOf } from "../check.js";
import { LeitmotifError } from "../errors.js";
import { type ChosenDevice, type Device, DEVICES, openBeside, WAYS } from "./device.js";
import { tryDevice } from "./device-trial.js";
import type { ModelChoice } from "./model.js";
import { type Network, openNetwork } from "./network.js";
import { loadRuntime } from "./onnx/runtime.js";

/** Those that `auto` tries, the best first. TensorRT builds an engine for every size of image, for minutes. */
const TRIED: readonly ChosenDevice["name"][] = ["cuda", "coreml", "dml", "webgpu"];

/**
 * Opens a network on a device.
 *
 * @throws {LeitmotifError} `ERR_MODEL` when the network is not usable, or a device that was named is not there or makes
 *   other maps than the processor.
 */
export async function openOnDevice(
  model: ModelChoice,
  device: Device,
  threads: number,
  signal?: AbortSignal,
): Promise<{ network: Network; device: ChosenDevice }> {
  checkOneOf("device", device, DEVICES);
  const chosen = device === "auto" ? await best(model, threads, signal) : { name: device, reason: "it was named" };
  if (chosen.name === "cpu")
    return { network: await openNetwork(model, { device: "cpu", threads }, signal), device: chosen };
  const present = await presentDevices();
  if (!present.includes(chosen.name)) {
    const offer = `onnxruntime on ${process.platform}-${process.arch} offers ${present.join(", ")}`;
    throw new LeitmotifError("ERR_MODEL", `the device ${device} is not there: ${offer}; ${WAYS[device]}`);
  }
  const { network, reference } = await openBeside(model, chosen.name, threads, signal);
  await reference.close();
  return { network, device: chosen };
}

async function presentDevices(): Promise<string[]> {
  const { listSupportedBackends } = await loadRuntime();
  return listSupportedBackends().map(({ name }) => name);
}

/** The first device that is faster than the processor. */
async function best(model: ModelChoice, threads: number, signal: AbortSignal | undefined): Promise<ChosenDevice> {
  if (!hasGraphicsProcessor()) return { name: "cpu", reason: "no graphics processor was found" };
  const present = await presentDevices();
  const tried: string[] = [];
  for (const name of TRIED.filter((device) => present.includes(device))) {
    const { faster, report } = await tryDevice(model, name, threads, signal);
    if (faster) return { name, reason: report };
    tried.push(`${name} ${report}`);
  }
  return { name: "cpu", reason: tried.join("; ") || "onnxruntime offers nothing else here" };
}

/** On Linux a driver shows itself by a device file; what computes in its place on the processor has none. */
function hasGraphicsProcessor(): boolean {
  if (process.platform !== "linux") return true;
  return devices("/dev").some((name) => /^(nvidia\d|dxg$|kfd$)/.test(name)) || devices("/dev/dri").length > 0;
}

function devices(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
