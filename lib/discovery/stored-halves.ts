import type { Matrix } from "../descriptors/matrix.js";
import { likenessOfHalves } from "../descriptors/self-similarity.js";
import type { Whitening } from "../descriptors/whitening.js";
import type { PassValue, RecordStore } from "./record-store.js";
import type { RunContext } from "./run-context.js";

/** Images whose halves are whitened together: so few that unpacking them does not hold the event loop. */
const TOGETHER = 64;

/**
 * The vectors of the halves of an image's regions as they are kept until there is a whitening: in bytes, since they
 * are four times as many as the regions' own, and are compared with each other alone.
 */
export interface StoredHalves {
  /** Activations of each half, 255 for its largest. */
  halves: Uint8Array;
  /** The largest activation of each half. */
  halvesLargest: Float32Array;
}

/** @param vectors Halves' vectors (halves, channels), not negative. */
export function storeHalves(vectors: Float32Array, channels: number): StoredHalves {
  const halves = new Uint8Array(vectors.length);
  const halvesLargest = new Float32Array(vectors.length / channels);
  for (let row = 0; row < halvesLargest.length; row++) {
    const [begin, end] = [row * channels, (row + 1) * channels];
    let largest = 0;
    for (let i = begin; i < end; i++) largest = Math.max(largest, vectors[i] as number);
    halvesLargest[row] = largest;
    if (largest === 0) continue;
    for (let i = begin; i < end; i++) halves[i] = Math.round((255 * (vectors[i] as number)) / largest);
  }
  return { halves, halvesLargest };
}

/** How alike to itself each of the regions of all images is, in their order (`selfSimilarity`). */
export async function storedSelfSimilarity(
  { paths, first }: { paths: readonly string[]; first: RecordStore<PassValue> },
  regions: number,
  whitening: Whitening,
  { signal, threads }: RunContext,
): Promise<Float32Array> {
  const all = new Float32Array(regions);
  let row = 0;
  for (let begin = 0; begin < paths.length; begin += TOGETHER) {
    const records = await Promise.all(
      paths.slice(begin, begin + TOGETHER).map((path) => first.read(path, ["halves", "halvesLargest"])),
    );
    const stored = records.map(({ arrays }) => arrays as unknown as StoredHalves);
    const likeness = likenessOfHalves(
      await whitening.applyBatch(unpack(stored, whitening.channels), { threads }, { signal }),
    );
    all.set(likeness, row);
    row += likeness.length;
  }
  return all;
}

function unpack(stored: readonly StoredHalves[], channels: number): Matrix {
  const rows = stored.reduce((sum, { halvesLargest }) => sum + halvesLargest.length, 0);
  const data = new Float32Array(rows * channels);
  let at = 0;
  for (const { halves, halvesLargest } of stored) {
    for (const [row, largest] of halvesLargest.entries()) {
      const end = (row + 1) * channels;
      for (let i = row * channels; i < end; i++) data[at++] = ((halves[i] as number) * largest) / 255;
    }
  }
  return { data, rows, columns: channels };
}
