/** Networks on other devices than the processor. WebGPU runs on SwiftShader, which imitates a graphics processor. */
import { existsSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { tryDevice } from "../../lib/features/device-trial.js";
import { ActivationExtractor, type Device, LeitmotifError } from "../../lib/index.js";
import { temporaryFolder } from "../support/folders.js";
import { TINY_DESCRIPTION, tinyGraph, writeModel } from "../support/tiny-network.js";

// Chromium's package carries it.
const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";

const IMAGE = {
  width: 80,
  height: 48,
  data: Uint8Array.from({ length: 80 * 48 * 3 }, (_, i) => (i * i * 31 + i) % 256),
};

async function tiny(t: ExecutionContext) {
  return { path: writeModel(await temporaryFolder(t), "tiny.onnx", tinyGraph()), description: TINY_DESCRIPTION };
}

async function extract(t: ExecutionContext, device: Device) {
  await using extractor = await ActivationExtractor.open({ model: await tiny(t), device, threads: 1 });
  return { device: extractor.device, map: (await extractor.extract(IMAGE)).map };
}

function withSwiftShader(t: ExecutionContext): boolean {
  if (!existsSync(SWIFTSHADER)) {
    t.log("no SwiftShader here");
    t.pass();
    return false;
  }
  process.env.VK_ICD_FILENAMES = SWIFTSHADER;
  t.teardown(() => delete process.env.VK_ICD_FILENAMES);
  return true;
}

test.serial("auto says what it chose and why, and its maps are the processor's", async (t) => {
  const { map: expected } = await extract(t, "cpu");
  const { device, map } = await extract(t, "auto");
  t.log(`${device.name}: ${device.reason}`);
  t.true(device.reason.length > 0);
  const largest = Math.max(...expected.data);
  t.true(map.data.every((value, i) => Math.abs(value - (expected.data[i] ?? NaN)) <= 0.01 * largest));
});

test.serial("a device that is named and absent is an error with the way to get it", async (t) => {
  const absent: Device = process.platform === "darwin" ? "dml" : "coreml";
  await t.throwsAsync(extract(t, absent), {
    instanceOf: LeitmotifError,
    code: "ERR_MODEL",
    message: /is not there: onnxruntime on \S+ offers cpu.*; it is part of onnxruntime on/,
  });
  if (process.platform !== "linux" || existsSync("/dev/nvidia0")) return;
  await t.throwsAsync(extract(t, "cuda"), {
    code: "ERR_MODEL",
    message: /cuda (does not work here|is not there): .*NVIDIA/,
  });
});

test.serial("WebGPU makes the processor's maps", async (t) => {
  if (!withSwiftShader(t)) return;
  const { map: expected } = await extract(t, "cpu");
  const { device, map } = await extract(t, "webgpu");
  t.is(device.name, "webgpu");
  t.deepEqual([map.height, map.width, map.channels], [expected.height, expected.width, expected.channels]);
  const largest = Math.max(...expected.data);
  t.true(largest > 0);
  t.true(map.data.every((value, i) => Math.abs(value - (expected.data[i] ?? NaN)) <= 1e-4 * largest));
});

test.serial("a graphics processor that the processor imitates is not taken for faster", async (t) => {
  if (!withSwiftShader(t)) return;
  const { faster, report } = await tryDevice(await tiny(t), "webgpu", 1);
  t.log(report);
  t.false(faster);
  t.regex(report, /takes \d+ ms for an image, against \d+ ms on the processor|is not done within/);
});
