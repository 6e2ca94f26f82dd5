/** Devices that a network runs on, and how it is opened on one. */
import { LeitmotifError, messageOf, throwIfAborted } from "../errors.js";
import type { ModelChoice } from "./model.js";
import { type Network, noiseImage, openNetwork } from "./network.js";

/**
 * Where a network runs. `auto` is the graphics processor where there is one on which the network makes the processor's
 * maps in less time, as found by a trial; else the processor. The others need an onnxruntime that has them.
 */
export type Device = "auto" | "cpu" | "webgpu" | "cuda" | "tensorrt" | "coreml" | "dml";

export const DEVICES: readonly Device[] = ["auto", "cpu", "webgpu", "cuda", "tensorrt", "coreml", "dml"];

/** The device that a network runs on. */
export interface ChosenDevice {
  name: Exclude<Device, "auto">;
  /** Why, where `auto` has chosen: what was tried and how it went. */
  reason: string;
}

/** How to get a device that is not there. */
export const WAYS: Partial<Record<Device, string>> = {
  cuda:
    "it needs an NVIDIA graphics processor, CUDA 12, cuDNN 9, and onnxruntime's libraries for them, which \"npm rebuild " +
    'onnxruntime-node --ignore-scripts=false --onnxruntime-node-install=cuda12" downloads on linux-x64',
  tensorrt: "it needs what cuda needs, and TensorRT 10",
  webgpu: "it needs a graphics processor with a driver for Vulkan, Metal or Direct3D 12; on Debian also libvulkan1",
  coreml: "it is part of onnxruntime on macOS",
  dml: "it is part of onnxruntime on Windows",
};

/** Largest difference of a device's map from the processor's, as a share of the map's maximum: that of half precision. */
const AGREEMENT = 0.01;

/**
 * Opens a network on a device and, to compare with, on the processor; both must make the same map.
 *
 * @throws {LeitmotifError} `ERR_MODEL` when the network is not usable, or does not work on the device or makes other maps there.
 */
export async function openBeside(
  model: ModelChoice,
  device: ChosenDevice["name"],
  threads: number,
  signal?: AbortSignal,
): Promise<{ network: Network; reference: Network }> {
  const reference = await openNetwork(model, { device: "cpu", threads }, signal);
  let network: Network | undefined;
  try {
    try {
      network = await openNetwork(model, { device, threads }, signal);
    } catch (cause) {
      throwIfAborted(signal);
      const [line] = messageOf(cause).split("\n");
      throw new LeitmotifError("ERR_MODEL", `the device ${device} does not work here: ${line}; ${WAYS[device]}`, {
        cause,
      });
    }
    await checkAgreement(network, reference, device, signal);
    return { network, reference };
  } catch (error) {
    await Promise.all([reference.close(), network?.close()]);
    throw error;
  }
}

async function checkAgreement(network: Network, reference: Network, device: Device, signal?: AbortSignal) {
  const image = noiseImage(reference);
  const [{ map }, { map: expected }] = await Promise.all([network.feed(image, signal), reference.feed(image, signal)]);
  let [largest, difference] = [0, 0];
  for (const [i, value] of expected.data.entries()) {
    largest = Math.max(largest, value);
    difference = Math.max(difference, Math.abs(value - (map.data[i] ?? Infinity)));
  }
  if (difference <= AGREEMENT * largest) return;
  throw new LeitmotifError(
    "ERR_MODEL",
    `on the device ${device} the network makes other maps than on the processor (by ${(difference / largest).toFixed(2)} ` +
      `of their maximum): use device "cpu" for it`,
  );
}
