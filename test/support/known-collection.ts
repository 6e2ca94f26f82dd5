import { CollectionWriter } from "../../lib/collection/writer.js";
import { Collection } from "../../lib/index.js";

/** An image of a collection whose every vector is known: a direction in the plane, in degrees. */
export interface KnownImage {
  path: string;
  /** Of each of its regions. */
  regions: number[];
  /** Object of each region; -1 for none. */
  objects?: number[];
  /** Feature and object saliency of its two cells, side by side, of 16 x 16 pixels each. */
  saliency?: { feature: [number, number]; object: [number, number] };
}

export const direction = (degrees: number): number[] => [
  Math.cos((degrees * Math.PI) / 180),
  Math.sin((degrees * Math.PI) / 180),
];

/**
 * Writes a collection of images of 32 x 16 pixels, whose whitening changes nothing, made of given activation maps: a
 * query map of one cell (cos, sin) is that direction.
 *
 * @param kinds of each kind of global descriptor, the direction of every image.
 */
export async function writeKnownCollection(
  folder: string,
  images: readonly KnownImage[],
  kinds: Readonly<Record<string, readonly number[]>>,
): Promise<Collection> {
  const regions = images.flatMap((image) => image.regions);
  const objects = images.flatMap((image) => image.objects ?? image.regions.map(() => -1));
  const writer = await CollectionWriter.create(folder, 1, Object.keys(kinds));
  const counts = { images: images.length, regions: regions.length, edges: 0, cells: 2 * images.length };
  Object.assign(writer.counts, { ...counts, channels: 2, dimensions: 2, objects: Math.max(-1, ...objects) + 1 });
  const f4 = (values: readonly number[]) => [Float32Array.from(values)];
  await writer.array("region-vectors", f4(regions.flatMap(direction)));
  await writer.array("region-saliency", f4(regions.map(() => 1)));
  await writer.array("region-centrality", f4(regions.map(() => 1)));
  await writer.array("region-owner", [Int32Array.from(images.flatMap((image, i) => image.regions.map(() => i)))]);
  await writer.array("region-objects", [Int32Array.from(objects)]);
  await writer.array("graph-indptr", [new BigInt64Array(regions.length + 1)]);
  await writer.array("graph-indices", [new Int32Array(0)]);
  await writer.array("graph-data", f4([]));
  await writer.array("whitening-mean", f4([0, 0]));
  await writer.array("whitening-projection", f4([1, 0, 0, 1]));
  await writer.array("feature-saliency", f4(images.flatMap(({ saliency }) => saliency?.feature ?? [0, 0])));
  await writer.array("object-saliency", f4(images.flatMap(({ saliency }) => saliency?.object ?? [0, 0])));
  await writer.array("map-offsets", [BigInt64Array.from({ length: images.length + 1 }, (_, i) => BigInt(2 * i))]);
  for (const [kind, degrees] of Object.entries(kinds)) {
    await writer.array(`descriptors-${kind}`, f4(degrees.flatMap(direction)));
    await writer.array(`descriptor-mean-${kind}`, f4([0, 0]));
  }
  const cell = { x0: 0, y0: 0, x1: 1, y1: 1, box: { x: 0, y: 0, width: 16, height: 16 }, weight: 1, saliency: 1 };
  await writer.images(
    images.map((image) => ({
      path: image.path,
      bytes: 0,
      sha256: null,
      width: 32,
      height: 16,
      fed: { width: 32, height: 16 },
      map: { width: 2, height: 1 },
      featureRegions: image.regions.map(() => ({ ...cell, centrality: 1 })),
      objectRegions: [cell],
    })),
  );
  await writer.objects(
    Array.from({ length: writer.counts.objects }, () => ({
      exemplar: 0,
      regions: 1,
      images: 1,
      score: 1,
      cohesion: 1,
    })),
  );
  await writer.commit({
    leitmotif: "0.1.0",
    finished: "2026-01-01T00:00:00.000Z",
    source: null,
    parameters: {},
    model: null,
    timings: {},
    skipped: [],
    ignored: [],
    warnings: [],
  });
  return Collection.open(folder);
}
