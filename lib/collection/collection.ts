import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { checkInteger, checkOneOf, checkString } from "../check.js";
import type { Matrix } from "../descriptors/matrix.js";
import type { Whitening } from "../descriptors/whitening.js";
import { LeitmotifError } from "../errors.js";
import type { RegionGraph } from "../graph/region-graph.js";
import type { RunOptions } from "../native.js";
import type { SaliencyMap } from "../saliency/saliency-map.js";
import { CollectionArrays, member, type OwnedRegionModel } from "./collection-arrays.js";
import { corrupt } from "./fields.js";
import { readLines } from "./json-lines.js";
import { readManifest } from "./manifest.js";
import {
  arraySpecs,
  type Counts,
  imageField,
  type ImageRecord,
  IMAGES_FILE,
  type Manifest,
  objectField,
  type ObjectRecord,
  OBJECTS_FILE,
  WORK_FOLDER,
} from "./schema.js";

type Signal = Pick<RunOptions, "signal">;

/**
 * A finished collection on disk (docs/collection-format.md). Opening it reads manifest and records and checks that all
 * files are there in the right type, shape and size; arrays are read, and their hashes and values checked, when they are
 * asked for. No image is needed.
 */
export class Collection {
  /** Absolute path of its folder. */
  readonly path: string;
  readonly manifest: Manifest;
  readonly images: readonly ImageRecord[];
  readonly objects: readonly ObjectRecord[];
  readonly #arrays: CollectionArrays;

  private constructor(
    path: string,
    manifest: Manifest,
    images: ImageRecord[],
    objects: ObjectRecord[],
    arrays: CollectionArrays,
  ) {
    this.path = path;
    this.manifest = manifest;
    this.images = images;
    this.objects = objects;
    this.#arrays = arrays;
  }

  /**
   * @throws {LeitmotifError} `ERR_COLLECTION` when there is none, `ERR_COLLECTION_CORRUPT` when it is unfinished or its
   *   files contradict each other, `ERR_COLLECTION_VERSION` when a newer release wrote it, `ERR_DISK`.
   */
  static async open(folder: string): Promise<Collection> {
    const path = resolve(checkString("folder", folder));
    const manifest = await readManifest(path);
    if (manifest === undefined) throw await missing(path);
    const { counts, files, descriptors } = manifest;
    const data = { folder: join(path, manifest.data), counts, files };
    const arrays = await CollectionArrays.open(data, descriptors, [...arraySpecs(descriptors).keys()]);
    const images = await member(data, IMAGES_FILE, (file, written) => readLines(file, imageField, written));
    const objects = await member(data, OBJECTS_FILE, (file, written) => readLines(file, objectField, written));
    checkRecords(images, objects, counts, data.folder);
    return new Collection(path, manifest, images, objects, arrays);
  }

  /** The regions of all feature saliency maps, image by image: V, f, g, their images, and the whitening. */
  regionModel(run?: Signal): Promise<OwnedRegionModel> {
    return this.#arrays.regionModel(run);
  }

  /** The vectors of regions `from` to `to` (exclusive) alone, without reading the others. */
  async regionVectors(from: number, to: number): Promise<Matrix> {
    const { regions, dimensions } = this.manifest.counts;
    checkInteger("to", to, { min: checkInteger("from", from, { min: 0 }), max: regions });
    const data = await this.#arrays.slice("region-vectors", "<f4", from * dimensions, to * dimensions);
    return { data, rows: to - from, columns: dimensions };
  }

  /** The graph of those regions. */
  graph(run?: Signal): Promise<RegionGraph> {
    return this.#arrays.graph(run);
  }

  /** What whitened regions, and with {@link descriptorMean} global descriptors. */
  whitening(run?: Signal): Promise<Whitening> {
    return this.#arrays.whitening(run);
  }

  /** Index of each region's object; -1 where it belongs to none. */
  regionObjects(run?: Signal): Promise<Int32Array> {
    return this.#arrays.read("region-objects", "<i4", run);
  }

  /** Whitened global descriptors (images x d) of a kind that the manifest lists. */
  async descriptors(kind: string, run?: Signal): Promise<Matrix> {
    checkOneOf("kind", kind, this.manifest.descriptors);
    const { images, dimensions } = this.manifest.counts;
    return this.#arrays.matrix(`descriptors-${kind}`, images, dimensions, run);
  }

  /** What was subtracted in whitening that kind (c). */
  async descriptorMean(kind: string, run?: Signal): Promise<Float32Array> {
    checkOneOf("kind", kind, this.manifest.descriptors);
    return this.#arrays.read(`descriptor-mean-${kind}`, "<f4", run);
  }

  /** Feature saliency map of an image, by its index in {@link images}. */
  featureSaliency(image: number): Promise<SaliencyMap> {
    return this.#map("feature-saliency", image);
  }

  /** Object saliency map of an image, by its index in {@link images}. */
  objectSaliency(image: number): Promise<SaliencyMap> {
    return this.#map("object-saliency", image);
  }

  async #map(name: string, image: number): Promise<SaliencyMap> {
    const record = this.images[checkInteger("image", image, { min: 0, max: this.images.length - 1 })] as ImageRecord;
    const { width, height } = record.map;
    const [from = 0, to = 0] = Array.from(await this.#arrays.slice("map-offsets", "<i8", image, image + 2), Number);
    if (to - from !== width * height) throw corrupt(join(this.path, this.manifest.data), `disagrees on map ${image}`);
    return { data: await this.#arrays.slice(name, "<f4", from, to), height, width };
  }
}

async function missing(path: string): Promise<LeitmotifError> {
  const unfinished = await stat(join(path, WORK_FOLDER)).catch(() => undefined);
  return unfinished
    ? corrupt(path, "is unfinished: run leitmotif discover again with the same folder, it goes on where it stopped")
    : new LeitmotifError("ERR_COLLECTION", `${path} holds no collection; make one with leitmotif discover`);
}

/** What the records say must agree with the manifest's counts, and regions must lie in their maps. */
function checkRecords(images: ImageRecord[], objects: ObjectRecord[], counts: Counts, data: string): void {
  const file = join(data, IMAGES_FILE);
  if (images.length !== counts.images) throw corrupt(file, `has ${images.length} records, not ${counts.images}`);
  let regions = 0;
  let cells = 0;
  images.forEach(({ map, featureRegions, objectRegions }, i) => {
    regions += featureRegions.length;
    cells += map.width * map.height;
    for (const { x0, y0, x1, y1 } of [...featureRegions, ...objectRegions]) {
      if (x0 >= x1 || y0 >= y1 || x1 > map.width || y1 > map.height) {
        throw corrupt(`${file}:${i + 1}`, `has a region outside its map of ${map.width} x ${map.height} cells`);
      }
    }
  });
  if (regions !== counts.regions || cells !== counts.cells) {
    throw corrupt(file, `has ${regions} regions and ${cells} cells, not ${counts.regions} and ${counts.cells}`);
  }
  const wrong = objects.length !== counts.objects || objects.some(({ exemplar }) => exemplar >= counts.regions);
  if (wrong) throw corrupt(join(data, OBJECTS_FILE), "does not agree with the manifest's counts");
}
