import { promisify } from "node:util";
import { constants, deflate, inflate } from "node:zlib";
import type { ActivationMap } from "../features/activation-map.js";
import { callAsync } from "../native.js";

/** Raised when maps that were packed before can no longer be read. */
export const PACKING = 2;

/**
 * An activation map as it is kept between the two passes, without loss: most activations of a rectified network are
 * zero, so a bit each says which are not, and only those are stored, all channel by channel. A channel is active in
 * patches, so that the bits take little once they are deflated; more effort makes them hardly smaller.
 */
export interface PackedMap {
  /** Bit i % 8 of byte i >> 3, inflated: activation i is not zero; i = channel · height · width + cell. */
  mask: Uint8Array;
  /** The activations that are not zero, in order. */
  values: Float32Array;
}

export async function packMap({ data, height, width, channels }: ActivationMap): Promise<PackedMap> {
  const mask = new Uint8Array(Math.ceil(data.length / 8));
  const values = new Float32Array(data.length);
  const taken = await callAsync({}, (native, control) =>
    native.packMap(data, height, width, channels, mask, values, control),
  );
  const deflated = await promisify(deflate)(mask, { level: constants.Z_BEST_SPEED });
  return { mask: deflated, values: values.slice(0, taken) };
}

/** @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` where mask, values and sizes do not belong together. */
export async function unpackMap(
  { mask, values }: PackedMap,
  height: number,
  width: number,
  channels: number,
): Promise<ActivationMap> {
  const data = new Float32Array(height * width * channels);
  const inflated = await promisify(inflate)(mask);
  await callAsync({}, (native, control) => native.unpackMap(inflated, values, height * width, channels, data, control));
  return { data, height, width, channels };
}
