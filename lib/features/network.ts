/** A network that is open: pixels in, activation map out. */
import { dirname } from "node:path";
import { LeitmotifError } from "../errors.js";
import type { ActivationMap } from "./activation-map.js";
import type { Size } from "./image.js";
import { loadModel, type ModelChoice } from "./model.js";
import { type ModelDescription, pixelValues } from "./model-description.js";
import { chooseInput, chooseTensor } from "./onnx/choose-tensor.js";
import { exposeTensors } from "./onnx/expose.js";
import type { GraphValue } from "./onnx/graph.js";
import { Session } from "./onnx/session.js";
import type { ExtractReply, ExtractRequest } from "./onnx/session-worker.js";

/** What is known of an open network. */
export interface ModelInfo {
  /** The file's name without its ending. */
  name: string;
  path: string;
  /** SHA-256 of the model's file, weights in further files included. */
  sha256: string;
  /** The tensor that is read. */
  tensor: string;
  channels: number;
  /** Pixels from one cell to the next. */
  stride: number;
  description: Readonly<ModelDescription>;
}

export interface Network {
  info: Readonly<ModelInfo>;
  /** The largest image that it takes; Infinity where any will do. */
  limit: Size;
  /** Feeds 8-bit RGB pixels, padded to what the network takes; the map covers the image without the padding. */
  feed(image: Size & { data: Uint8Array }, signal?: AbortSignal): Promise<{ map: ActivationMap; padded: Size }>;
  /** The mean of the maps of an image at several scales, on the grid of the first. */
  blend(maps: readonly [ActivationMap, ...ActivationMap[]], signal?: AbortSignal): Promise<ActivationMap>;
  close(): Promise<void>;
  /** Whether its thread has ended. */
  closed(): boolean;
}

/** Side of the image of noise with which a network is tried. */
const TRIAL_SIDE = 224;

/** Noise of the size that the network prescribes, else of a given side. */
export function noiseImage({ limit }: Pick<Network, "limit">, side = TRIAL_SIDE): Size & { data: Uint8Array } {
  const width = Number.isFinite(limit.width) ? limit.width : side;
  const height = Number.isFinite(limit.height) ? limit.height : side;
  return { width, height, data: Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * i * 37) % 251) };
}

/**
 * Opens a network in a thread of its own and tries it on noise.
 *
 * @throws {LeitmotifError} `ERR_MODEL` when the file, its description or the tensor is not usable.
 */
export async function openNetwork(
  choice: ModelChoice,
  options: { device: string; threads: number },
  signal?: AbortSignal,
): Promise<Network> {
  const { description, graph, bytes, name, path, sha256 } = await loadModel(choice);
  const input = chooseInput(graph, description);
  const tensor = chooseTensor(graph, description);
  const fixed = fixedSize(input, description);
  const request = {
    kind: "extract" as const,
    input: input.name,
    inputLayout: description.layout,
    bgr: description.colour === "BGR",
    values: pixelValues(description),
    tensor,
    tensorLayout: description.tensorLayout,
    stride: description.stride,
    relu: description.relu,
  } satisfies Partial<ExtractRequest>;
  const session = new Session();

  const feed: Network["feed"] = async ({ data, width, height }, abort) => {
    const padded = {
      width: fixed.width ?? padSide(width, description),
      height: fixed.height ?? padSide(height, description),
    };
    const map = await session.request<ExtractReply>(
      { ...request, pixels: data, width, height, paddedWidth: padded.width, paddedHeight: padded.height },
      abort,
    );
    return { map, padded };
  };

  try {
    const model = exposeTensors(bytes, [tensor]);
    await session.request({ kind: "open", model, folder: dirname(path), name: path, ...options }, signal);
    const limit = { width: fixed.width ?? Infinity, height: fixed.height ?? Infinity };
    const trial = noiseImage({ limit });
    const { map } = await feed(trial, signal);
    checkStride(map, trial, description);
    return {
      info: { name, path, sha256, tensor, channels: map.channels, stride: description.stride, description },
      limit,
      feed,
      blend: (maps, abort) => session.request<ExtractReply>({ kind: "blend", maps: [...maps] }, abort),
      close: () => session.close(),
      closed: () => session.dead,
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** The sides that the graph's input prescribes. */
function fixedSize({ shape }: GraphValue, { layout }: ModelDescription): Partial<Size> {
  const [height, width] = layout === "NCHW" ? [shape[2], shape[3]] : [shape[1], shape[2]];
  return { ...(typeof height === "number" && { height }), ...(typeof width === "number" && { width }) };
}

function padSide(side: number, { minimumSide, multiple }: ModelDescription): number {
  return Math.ceil(Math.max(side, minimumSide) / multiple) * multiple;
}

/** A wrong stride would put every box in the wrong place. Networks without padding lose a few cells at the border. */
function checkStride({ width, height }: Size, image: Size, { stride }: ModelDescription): void {
  const [cells, expected] = [Math.max(width, height), Math.max(image.width, image.height) / stride];
  if (Math.abs(cells - expected) <= Math.max(3, 0.15 * expected)) return;
  throw new LeitmotifError(
    "ERR_MODEL",
    `the tensor has ${width} x ${height} cells for an image of ${image.width} x ${image.height}: ` +
      `"stride" should be about ${Math.round(Math.max(image.width, image.height) / cells)}, not ${stride}`,
  );
}
