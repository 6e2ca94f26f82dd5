/**
 * Runs a network in a thread of its own: onnxruntime-node computes on the thread that calls it, and would hold the
 * event loop for as long as an image takes. Answers one request at a time.
 */
import { parentPort } from "node:worker_threads";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { type ErrorCode, LeitmotifError, messageOf } from "../../errors.js";
import { call } from "../../native.js";
import { blendMaps } from "../blend-maps.js";
import { loadRuntime, type Runtime } from "./runtime.js";

export interface OpenRequest {
  kind: "open";
  model: Uint8Array;
  /** Folder against which the model's external weights are found. */
  folder: string;
  name: string;
  device: string;
  threads: number;
}

/** Feeds an image, and reads a tensor as an activation map. */
export interface ExtractRequest {
  kind: "extract";
  pixels: Uint8Array;
  width: number;
  height: number;
  /** Size of the input tensor; the image is padded to it, and the map cut back in proportion. */
  paddedWidth: number;
  paddedHeight: number;
  input: string;
  inputLayout: "NCHW" | "NHWC";
  bgr: boolean;
  values: Float32Array;
  tensor: string;
  tensorLayout: "NCHW" | "NHWC" | "tokens";
  stride: number;
  relu: boolean;
}

export interface ExtractReply {
  data: Float32Array;
  height: number;
  width: number;
  channels: number;
}

/** Runs the network on noise, and tells of each output what came out. */
export interface ProbeRequest {
  kind: "probe";
  inputs: { name: string; shape: number[] }[];
}

export interface ProbeReply {
  name: string;
  type: string;
  shape: number[];
  /** Smallest value, and the share of values that are exactly zero; NaN for tensors that are not float32. */
  minimum: number;
  zeros: number;
}

/** Makes one map of several. */
export interface BlendRequest {
  kind: "blend";
  maps: [ExtractReply, ...ExtractReply[]];
}

export type SessionRequest = OpenRequest | ExtractRequest | BlendRequest | ProbeRequest | { kind: "close" };

/** What comes back: the value, or what to throw. */
export type SessionAnswer = { value: unknown } | { error: { code: ErrorCode; message: string } };

let opened: { session: InferenceSession; Tensor: Runtime["Tensor"] } | undefined;

function network(): NonNullable<typeof opened> {
  if (!opened) throw new LeitmotifError("ERR_INTERNAL", "the network is not open");
  return opened;
}

async function open({ model, folder, name, device, threads }: OpenRequest): Promise<void> {
  const { InferenceSession, Tensor } = await loadRuntime();
  try {
    const session = await InferenceSession.create(model, {
      executionProviders: [device],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // Warnings about a model's form are its maker's business; errors are thrown.
      logSeverityLevel: 3,
      extra: {
        session: {
          // Waiting threads would take the processors from decoding the next image.
          intra_op: { allow_spinning: "0" },
          model_external_initializers_file_folder_path: folder,
        },
      },
    });
    opened = { session, Tensor };
  } catch (cause) {
    const where = device === "cpu" ? "" : ` on the device ${device}`;
    throw new LeitmotifError("ERR_MODEL", `${name} cannot be loaded${where}: ${messageOf(cause)}`, { cause });
  }
}

async function run(inputs: Record<string, Tensor>): Promise<InferenceSession.ReturnType> {
  try {
    return await network().session.run(inputs);
  } catch (cause) {
    const shapes = Object.values(inputs).map((tensor) => tensor.dims.join(" x "));
    throw new LeitmotifError(
      "ERR_MODEL",
      `the network failed on an input of ${shapes.join(", ")}: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  }
}

async function extract(request: ExtractRequest): Promise<ExtractReply> {
  const outputs = await run({ [request.input]: inputTensor(request) });
  const output = gridOf(outputs[request.tensor] as Tensor, request);
  const { height, width, channels } = output;
  const rows = share(height, request.height / request.paddedHeight);
  const columns = share(width, request.width / request.paddedWidth);
  const data = new Float32Array(rows * columns * channels);
  try {
    call((native) =>
      native.toActivationMap(
        output.data,
        height,
        width,
        channels,
        request.tensorLayout === "NCHW",
        request.relu,
        rows,
        columns,
        data,
      ),
    );
  } catch (cause) {
    const advice = request.relu
      ? ""
      : '; if negative values are right for this tensor, set "relu": true in its description';
    throw new LeitmotifError("ERR_MODEL", `tensor ${request.tensor} is not usable: ${messageOf(cause)}${advice}`, {
      cause,
    });
  }
  return { data, height: rows, width: columns, channels };
}

/** Cells that hold the unpadded part of a side. */
function share(cells: number, part: number): number {
  return Math.max(1, Math.round(cells * part));
}

function inputTensor(request: ExtractRequest): Tensor {
  const { paddedHeight: height, paddedWidth: width } = request;
  const data = new Float32Array(3 * height * width);
  const channelsFirst = request.inputLayout === "NCHW";
  call((native) =>
    native.packPixels(
      request.pixels,
      request.height,
      request.width,
      request.values,
      request.bgr,
      channelsFirst,
      height,
      width,
      data,
    ),
  );
  return new (network().Tensor)("float32", data, channelsFirst ? [1, 3, height, width] : [1, height, width, 3]);
}

/** The tensor's values with height, width and channels; throws where it has not the form that the description says. */
function gridOf(tensor: Tensor, request: ExtractRequest): ExtractReply {
  const unfit = (expected: string) =>
    new LeitmotifError(
      "ERR_MODEL",
      `tensor ${request.tensor} is ${tensor.type} ${tensor.dims.join(" x ")}, and ${expected}`,
    );
  const { dims, data } = tensor;
  if (!(data instanceof Float32Array)) throw unfit("only float32 can be read: export the network in single precision");
  const [batch, ...shape] = dims;
  if (batch !== 1) throw unfit("its first dimension must be 1, the image");
  if (request.tensorLayout !== "tokens") {
    if (shape.length !== 3) throw unfit(`an activation map has four dimensions, ${request.tensorLayout}`);
    const [a, b, c] = shape as [number, number, number];
    const grid =
      request.tensorLayout === "NCHW" ? { channels: a, height: b, width: c } : { height: a, width: b, channels: c };
    if (data.length === 0) throw unfit("it is empty");
    return { data, ...grid };
  }
  if (shape.length !== 2) throw unfit("patch tokens have three dimensions (1, tokens, channels)");
  const [tokens, channels] = shape as [number, number];
  const height = Math.floor(request.paddedHeight / request.stride);
  const width = Math.floor(request.paddedWidth / request.stride);
  // Class and register tokens stand before the patches.
  const extra = tokens - height * width;
  if (extra < 0) throw unfit(`${height} x ${width} patches of ${request.stride} pixels are more: correct "stride"`);
  return { data: data.subarray(extra * channels), height, width, channels };
}

async function probe({ inputs }: ProbeRequest): Promise<ProbeReply[]> {
  const { Tensor } = network();
  const feeds = inputs.map(({ name, shape }) => [name, new Tensor("float32", noise(shape), shape)] as const);
  const outputs = await run(Object.fromEntries(feeds));
  return Object.entries(outputs).map(([name, { type, dims, data }]) => {
    const reply = { name, type, shape: [...dims], minimum: NaN, zeros: NaN };
    if (!(data instanceof Float32Array)) return reply;
    return {
      ...reply,
      minimum: data.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
      zeros: data.reduce((count, value) => count + (value === 0 ? 1 : 0), 0) / data.length,
    };
  });
}

/** Values in -1..1 from a fixed linear congruential sequence. */
function noise(shape: number[]): Float32Array {
  let state = 1;
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

async function answer(request: SessionRequest): Promise<unknown> {
  switch (request.kind) {
    case "open":
      return open(request);
    case "extract":
      return extract(request);
    case "blend":
      return blendMaps(request.maps);
    case "probe":
      return probe(request);
    case "close":
      return opened?.session.release();
  }
}

parentPort?.on("message", (request: SessionRequest) => {
  answer(request).then(
    (value) => {
      const transfer =
        request.kind === "extract" || request.kind === "blend"
          ? [(value as ExtractReply).data.buffer as ArrayBuffer]
          : [];
      parentPort?.postMessage({ value } satisfies SessionAnswer, transfer);
    },
    (error: unknown) => {
      const code = error instanceof LeitmotifError ? error.code : "ERR_INTERNAL";
      parentPort?.postMessage({ error: { code, message: messageOf(error) } } satisfies SessionAnswer);
    },
  );
});
