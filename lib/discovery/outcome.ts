import type { ImageRecord } from "../collection/schema.js";
import { type GlobalDescriptor, needsObjectSaliency, whitenGlobalVectors } from "../descriptors/global.js";
import type { Matrix } from "../descriptors/matrix.js";
import type { Whitening } from "../descriptors/whitening.js";
import { throwIfAborted } from "../errors.js";
import { toPixelBox } from "../regions/cells.js";
import type { FirstValue } from "./first-pass.js";
import type { Parameters } from "./parameters.js";
import type { PassValue, RecordStore } from "./record-store.js";
import type { RunContext } from "./run-context.js";

/** Both passes over the images, done; `paths` are the images in their order. */
export interface Passes {
  paths: readonly string[];
  first: RecordStore<FirstValue>;
  second: RecordStore<PassValue>;
}

/** What is said of each image, in order. @param centrality Of all regions, in order. */
export async function* imageRecords(
  { paths, first, second }: Passes,
  centrality: Float32Array,
  { signal }: RunContext,
): AsyncGenerator<ImageRecord> {
  let region = 0;
  for (const path of paths) {
    throwIfAborted(signal);
    const { value } = await first.read(path, []);
    const { bytes, sha256, image, fed, map } = value;
    const objectRegions = (await second.read(path, [])).value.regions;
    yield {
      path,
      bytes,
      sha256,
      ...image,
      fed,
      map,
      featureRegions: value.regions.map((found) => ({
        ...found,
        box: toPixelBox(found, map, image),
        centrality: centrality[region++] as number,
      })),
      objectRegions: objectRegions.map((found) => ({ ...found, box: toPixelBox(found, map, image) })),
    };
  }
}

/** The array of that name of every image, in order. */
export async function* arraysOf(
  paths: readonly string[],
  store: RecordStore<PassValue>,
  name: string,
  { signal }: RunContext,
): AsyncGenerator<Float32Array> {
  for (const path of paths) {
    throwIfAborted(signal);
    yield (await store.read(path, [name])).arrays[name] as Float32Array;
  }
}

/** Global descriptors of one kind, whitened: a row an image. */
export interface DescriptorSet {
  /** Whitened global descriptors (images x d). */
  vectors: Matrix;
  /** What was subtracted in whitening them (c). */
  mean: Float32Array;
}

/** Whitened global descriptors of one kind, of all images. */
export async function describeImages(
  { paths, first, second }: Passes,
  kind: GlobalDescriptor,
  whitening: Whitening,
  { descriptors }: Parameters,
  context: RunContext,
): Promise<DescriptorSet> {
  const { signal, threads } = context;
  const columns = whitening.channels;
  const raw = { data: new Float32Array(paths.length * columns), rows: paths.length, columns };
  let row = 0;
  const store = needsObjectSaliency(kind) ? second : first;
  for await (const vector of arraysOf(paths, store, kind, context)) raw.data.set(vector, columns * row++);
  const whitened = await whitenGlobalVectors(raw, whitening, { mean: descriptors.mean, threads }, { signal });
  return { vectors: whitened.descriptors, mean: whitened.whitening.mean };
}
