import { likenessOfHalves, HALVES } from "../descriptors/self-similarity.js";
import type { Whitening } from "../descriptors/whitening.js";
import type { FirstValue } from "./first-pass.js";
import type { RecordStore } from "./record-store.js";
import type { RunContext } from "./run-context.js";

/** Images whose halves are whitened together. */
const TOGETHER = 256;

/**
 * The vectors of the halves of an image's regions as they are kept until there is a whitening: in bytes, since they
 * are four times as many as the regions' own, and are compared with each other alone.
 */
export interface StoredHalves {
  /** Activations of a half, 255 its largest. */
  halves: Uint8Array;
  /** The largest activation of each half. */
  halvesLargest: Float32Array;
}

/** @param vectors Halves' vectors (halves, channels), not negative. */
export function storeHalves(vectors: Float32Array, channels: number): StoredHalves {
  const halves = new Uint8Array(vectors.length);
  const halvesLargest = new Float32Array(vectors.length / channels);
  for (let row = 0; row < halvesLargest.length; row++) {
    const own = vectors.subarray(row * channels, (row + 1) * channels);
    const largest = own.reduce((a, b) => Math.max(a, b), 0);
    halvesLargest[row] = largest;
    if (largest > 0)
      halves.set(
        own.map((value) => Math.round((255 * value) / largest)),
        row * channels,
      );
  }
  return { halves, halvesLargest };
}

/** How alike to itself each region of all images is, in their order (`selfSimilarity`). */
export async function storedSelfSimilarity(
  { paths, first }: { paths: readonly string[]; first: RecordStore<FirstValue> },
  whitening: Whitening,
  { signal, threads }: RunContext,
): Promise<Float32Array> {
  const { channels } = whitening;
  const parts: Float32Array[] = [];
  for (let begin = 0; begin < paths.length; begin += TOGETHER) {
    const records = await Promise.all(
      paths.slice(begin, begin + TOGETHER).map((path) => first.read(path, ["halves", "halvesLargest"])),
    );
    const rows = records.reduce((sum, { value }) => sum + HALVES * value.regions.length, 0);
    const data = new Float32Array(rows * channels);
    let row = 0;
    for (const { arrays } of records) {
      const { halves, halvesLargest } = arrays as unknown as StoredHalves;
      for (const [i, largest] of halvesLargest.entries()) {
        const own = halves.subarray(i * channels, (i + 1) * channels);
        data.set(
          Float32Array.from(own, (byte) => (byte * largest) / 255),
          row++ * channels,
        );
      }
    }
    parts.push(
      likenessOfHalves(await whitening.applyBatch({ data, rows, columns: channels }, { threads }, { signal })),
    );
  }
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let row = 0;
  for (const part of parts) {
    all.set(part, row);
    row += part.length;
  }
  return all;
}
