import type { ActivationMap } from "../features/activation-map.js";

/**
 * An activation map as it is kept between the two passes, without loss: most activations of a rectified network are
 * zero, so a bit a cell says which are not, and only those are stored. One that is dense costs 1/32 more than it would
 * as it is.
 */
export interface PackedMap {
  /** Bit i % 8 of byte i >> 3: element i is not zero. */
  mask: Uint8Array;
  /** The elements that are not zero, in order. */
  values: Float32Array;
}

export function packMap({ data }: ActivationMap): PackedMap {
  const mask = new Uint8Array(Math.ceil(data.length / 8));
  const values = new Float32Array(data.length);
  let count = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value === 0) continue;
    mask[i >> 3] = (mask[i >> 3] as number) | (1 << (i & 7));
    values[count++] = value;
  }
  return { mask, values: values.slice(0, count) };
}

export function unpackMap({ mask, values }: PackedMap, height: number, width: number, channels: number): ActivationMap {
  const data = new Float32Array(height * width * channels);
  let next = 0;
  for (let byte = 0; byte < mask.length; byte++) {
    for (let bits = mask[byte] as number; bits !== 0; bits &= bits - 1) {
      const bit = 31 - Math.clz32(bits & -bits);
      data[8 * byte + bit] = values[next++] as number;
    }
  }
  return { data, height, width, channels };
}
