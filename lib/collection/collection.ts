import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { checkInteger, checkOneOf, checkString } from "../check.js";
import type { Matrix } from "../descriptors/matrix.js";
import { LeitmotifError } from "../errors.js";
import type { RunOptions } from "../native.js";
import type { SaliencyMap } from "../saliency/saliency-map.js";
import { ArrayReader } from "./array-file.js";
import { isMissing } from "./disk.js";
import { corrupt } from "./fields.js";
import { readLines } from "./json-lines.js";
import { readManifest } from "./manifest.js";
import type { ArrayOf, DType } from "./npy.js";
import {
  arrayFile,
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
  readonly #arrays: ReadonlyMap<string, ArrayReader>;

  private constructor(
    path: string,
    manifest: Manifest,
    images: ImageRecord[],
    objects: ObjectRecord[],
    arrays: ReadonlyMap<string, ArrayReader>,
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
    const data = join(path, manifest.data);
    const file = (name: string) => {
      const written = manifest.files[name];
      if (!written) throw corrupt(join(data, name), "is not in the manifest");
      return { path: join(data, name), written };
    };

    const arrays = new Map<string, ArrayReader>();
    for (const [name, spec] of arraySpecs(manifest.descriptors)) {
      const array = file(arrayFile(name));
      arrays.set(name, await member(array.path, ArrayReader.open(array.path, spec, manifest.counts, array.written)));
    }
    const imagesFile = file(IMAGES_FILE);
    const images = await member(imagesFile.path, readLines(imagesFile.path, imageField, imagesFile.written));
    const objectsFile = file(OBJECTS_FILE);
    const objects = await member(objectsFile.path, readLines(objectsFile.path, objectField, objectsFile.written));
    checkRecords(images, objects, manifest.counts, data);
    return new Collection(path, manifest, images, objects, arrays);
  }

  /** V (regions x d): whitened descriptors of all regions of feature saliency maps, image by image. */
  async regionVectors(run?: Signal): Promise<Matrix> {
    const { regions, dimensions } = this.manifest.counts;
    return { data: await this.#read("region-vectors", "<f4", run), rows: regions, columns: dimensions };
  }

  /** f: mean feature saliency of each region (eq. 9). */
  regionSaliency(run?: Signal): Promise<Float32Array> {
    return this.#read("region-saliency", "<f4", run);
  }

  /** g: centrality of each region (eq. 13). */
  regionCentrality(run?: Signal): Promise<Float32Array> {
    return this.#read("region-centrality", "<f4", run);
  }

  /** Index of each region's image. */
  regionOwner(run?: Signal): Promise<Int32Array> {
    return this.#read("region-owner", "<i4", run);
  }

  /** Index of each region's object; -1 where it belongs to none. */
  regionObjects(run?: Signal): Promise<Int32Array> {
    return this.#read("region-objects", "<i4", run);
  }

  /** Whitened global descriptors (images x d) of a kind that the manifest lists. */
  async descriptors(kind: string, run?: Signal): Promise<Matrix> {
    checkOneOf("kind", kind, this.manifest.descriptors);
    const { images, dimensions } = this.manifest.counts;
    return { data: await this.#read(`descriptors-${kind}`, "<f4", run), rows: images, columns: dimensions };
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
    const [from = 0, to = 0] = Array.from(await this.#array("map-offsets").slice("<i8", image, image + 2), Number);
    if (to - from !== width * height) throw corrupt(join(this.path, this.manifest.data), `disagrees on map ${image}`);
    return { data: await this.#array(name).slice("<f4", from, to), height, width };
  }

  #read<D extends DType>(name: string, dtype: D, run?: Signal): Promise<ArrayOf<D>> {
    return this.#array(name).read(dtype, run);
  }

  #array(name: string): ArrayReader {
    return this.#arrays.get(name) as ArrayReader;
  }
}

/** A file that the manifest names must be there. */
async function member<T>(path: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (isMissing((error as Error).cause)) throw corrupt(path, "is missing", error);
    throw error;
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
