import { CollectionWriter } from "../../lib/collection/writer.js";

/** Two images with three regions and one object, written as a collection with small recognisable numbers. */
export async function writeSmallCollection(folder: string, generation = 1): Promise<void> {
  const writer = await CollectionWriter.create(folder, generation, ["mac"]);
  Object.assign(writer.counts, {
    images: 2,
    regions: 3,
    edges: 2,
    cells: 10,
    channels: 4,
    dimensions: 2,
    objects: 1,
  });
  const f4 = (...values: number[]) => [Float32Array.from(values)];
  const i4 = (...values: number[]) => [Int32Array.from(values)];
  const i8 = (...values: number[]) => [BigInt64Array.from(values, BigInt)];
  await writer.array("region-vectors", f4(1, 0, 0, 1, 0.6, 0.8));
  await writer.array("region-saliency", f4(0.5, 0.25, 0.75));
  await writer.array("region-centrality", f4(1, 2, 3));
  await writer.array("region-owner", i4(0, 0, 1));
  await writer.array("region-objects", i4(0, -1, 0));
  await writer.array("graph-indptr", i8(0, 1, 1, 2));
  await writer.array("graph-indices", i4(2, 0));
  await writer.array("graph-data", f4(0.5, 0.5));
  await writer.array("whitening-mean", f4(0, 0, 0, 0));
  await writer.array("whitening-projection", f4(1, 0, 0, 0, 0, 1, 0, 0));
  await writer.array("feature-saliency", [...f4(0, 1, 2, 3, 4, 5), ...f4(6, 7, 8, 9)]);
  await writer.array("object-saliency", f4(9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
  await writer.array("map-offsets", i8(0, 6, 10));
  await writer.array("descriptors-mac", f4(1, 0, 0, 1));
  await writer.array("descriptor-mean-mac", f4(0, 0, 0, 0));
  await writer.images([image("a.jpg", 3, 2, 2), image("b/c.jpg", 2, 2, 1)]);
  await writer.objects([{ exemplar: 2, regions: 2, images: 2, score: 0.5, cohesion: 0.5 }]);
  await writer.commit({
    leitmotif: "0.1.0",
    finished: "2026-01-01T00:00:00.000Z",
    source: "/photos",
    parameters: { graph: { k: 50 } },
    model: null,
    timings: { graph: { seconds: 1.5, items: 3 } },
    skipped: [{ path: "bad.jpg", code: "ERR_IMAGE", reason: "it is truncated" }],
    ignored: ["notes.txt"],
    warnings: [],
  });
}

function image(path: string, width: number, height: number, regions: number) {
  const region = { x0: 0, y0: 0, x1: 2, y1: 1, weight: 0.5, saliency: 0.5, box: { x: 0, y: 0, width: 32, height: 16 } };
  return {
    path,
    bytes: 1000,
    sha256: "0".repeat(64),
    width: 16 * width,
    height: 16 * height,
    fed: { width: 16 * width, height: 16 * height },
    map: { width, height },
    featureRegions: Array.from({ length: regions }, (_, i) => ({ ...region, centrality: i + 1 })),
    objectRegions: [region],
  };
}
