import type { DType } from "./npy.js";
import { dictionary, json, list, nullable, object, oneOf, real, sha256, text, type Typed, whole } from "./fields.js";

/**
 * The collection format, version 1: every name, field and array, defined once for writer and reader. In words:
 * docs/collection-format.md.
 */
export const FORMAT = "leitmotif-collection";
export const FORMAT_VERSION = 1;

export const MANIFEST_FILE = "manifest.json";
export const IMAGES_FILE = "images.jsonl";
export const OBJECTS_FILE = "objects.jsonl";
export const LOCK_FILE = "lock";
/** What an unfinished run keeps, to go on from. */
export const WORK_FOLDER = "work";
/** Each run writes into a new folder `data-<number>`; the manifest names the one that counts. */
export const DATA_FOLDER = /^data-(\d{4,})$/;

export function dataFolder(generation: number): string {
  return `data-${String(generation).padStart(4, "0")}`;
}

const countsField = object({
  /** Images used; each has a record. */
  images: whole(),
  /** Files that were tried and could not be used. */
  skipped: whole(),
  /** Regions of all feature saliency maps: vertices of the graph. */
  regions: whole(),
  /** Stored entries of the graph's adjacency matrix: twice its undirected edges. */
  edges: whole(),
  /** Cells of all saliency maps. */
  cells: whole(),
  /** Channels c of the activation maps. */
  channels: whole(1),
  /** Dimensions d of region and global descriptors. */
  dimensions: whole(1),
  objects: whole(),
});

/** How much there is of everything; the shapes of all arrays follow from it. */
export type Counts = Typed<typeof countsField>;

const skippedField = object({ path: text, code: text, reason: text });

/** A file that could not be used, and why. */
export type Skipped = Typed<typeof skippedField>;

const writtenField = object({ bytes: whole(), sha256 });

export const manifestField = object({
  format: oneOf(FORMAT),
  version: whole(1),
  /** Release of Leitmotif that wrote it. */
  leitmotif: text,
  /** When the run finished, ISO 8601. */
  finished: text,
  /** Absolute path of the folder that the images' paths start from; null where there were no files. */
  source: nullable(text),
  /** Every option of the run, with its value. */
  parameters: dictionary(json),
  /** The network; null where the activation maps were given. */
  model: nullable(object({ name: text, sha256, tensor: text })),
  counts: countsField,
  /** Seconds spent in each stage by the run that finished, and how many items passed through it. */
  timings: dictionary(object({ seconds: real(0), items: whole() })),
  skipped: list(skippedField),
  /** Files of the folder that are no images by their name. */
  ignored: list(text),
  warnings: list(text),
  /** Kinds of global descriptors: `descriptors-<kind>` and `descriptor-mean-<kind>` are arrays of the collection. */
  descriptors: list(text),
  /** Folder of the files. */
  data: text,
  files: dictionary(writtenField),
});

/** A collection's manifest: what made it, from what, with which parameters (docs/collection-format.md). */
export type Manifest = Typed<typeof manifestField>;

const cell = whole();
const side = whole(1);
const sizeField = object({ width: side, height: side });
const boxField = object({ x: real(0), y: real(0), width: real(0), height: real(0) });

const regionFields = {
  /** Cells of the map, ends exclusive. */
  x0: cell,
  y0: cell,
  x1: side,
  y1: side,
  /** The same in pixels of the original image. */
  box: boxField,
  /** Mixing coefficient of its component. */
  weight: real(0),
  /** Mean of its saliency map over it. */
  saliency: real(0),
};

export const imageField = object({
  /** Relative to the manifest's `source`, with "/"; or the id under which a map was given. */
  path: text,
  /** Of the file; 0 and null where a map was given. */
  bytes: whole(),
  sha256: nullable(sha256),
  /** Of the original image, upright: EXIF orientation applied. */
  width: side,
  height: side,
  /** Size at which the network saw it. */
  fed: sizeField,
  /** Size of its activation and saliency maps, in cells. */
  map: sizeField,
  /** Regions of its feature saliency map: the graph's vertices, in order. */
  featureRegions: list(object({ ...regionFields, centrality: real(0) })),
  objectRegions: list(object(regionFields)),
});

/** What a collection says of one image. */
export type ImageRecord = Typed<typeof imageField>;

export const objectField = object({
  /** Its most central region. */
  exemplar: whole(),
  regions: whole(1),
  images: whole(1),
  /** Evidence that it recurs: strongest weights between every two of its images, summed. */
  score: real(0),
  /** Their mean: how much of one piece it is. */
  cohesion: real(0),
});

/** An object: a group of regions that show the same thing. Its id is its place, and its label in `region-objects`. */
export type ObjectRecord = Typed<typeof objectField>;

export interface ArraySpec {
  dtype: DType;
  shape: (counts: Counts) => number[];
  /** Bounds of every value: [least, largest]. Without, any finite value will do. */
  range?: (counts: Counts) => [number, number];
  /** Values never fall from one to the next. */
  ascending?: boolean;
}

const ARRAYS: Record<string, ArraySpec> = {
  /** V: whitened, l2-normalised. */
  "region-vectors": { dtype: "<f4", shape: (c) => [c.regions, c.dimensions] },
  /** f (eq. 9). */
  "region-saliency": { dtype: "<f4", shape: (c) => [c.regions], range: () => [0, Number.MAX_VALUE] },
  /** g (eq. 13). */
  "region-centrality": { dtype: "<f4", shape: (c) => [c.regions], range: () => [0, Number.MAX_VALUE] },
  /** Index of the region's image. */
  "region-owner": { dtype: "<i4", shape: (c) => [c.regions], range: (c) => [0, c.images - 1], ascending: true },
  /** Index of the region's object, -1 for none. */
  "region-objects": { dtype: "<i4", shape: (c) => [c.regions], range: (c) => [-1, c.objects - 1] },
  /** W in CSR form (section 3.6). */
  "graph-indptr": { dtype: "<i8", shape: (c) => [c.regions + 1], range: (c) => [0, c.edges], ascending: true },
  "graph-indices": { dtype: "<i4", shape: (c) => [c.edges], range: (c) => [0, c.regions - 1] },
  "graph-data": { dtype: "<f4", shape: (c) => [c.edges], range: () => [0, Number.MAX_VALUE] },
  "whitening-mean": { dtype: "<f4", shape: (c) => [c.channels] },
  "whitening-projection": { dtype: "<f4", shape: (c) => [c.dimensions, c.channels] },
  /** All maps, one after the other, each row-major; `map-offsets` says where each begins, and ends. */
  "feature-saliency": { dtype: "<f4", shape: (c) => [c.cells], range: () => [0, Number.MAX_VALUE] },
  "object-saliency": { dtype: "<f4", shape: (c) => [c.cells], range: () => [0, Number.MAX_VALUE] },
  "map-offsets": { dtype: "<i8", shape: (c) => [c.images + 1], range: (c) => [0, c.cells], ascending: true },
};

const DESCRIPTORS: ArraySpec = { dtype: "<f4", shape: (c) => [c.images, c.dimensions] };
const DESCRIPTOR_MEAN: ArraySpec = { dtype: "<f4", shape: (c) => [c.channels] };

/** The arrays of a collection with these kinds of global descriptors, by name; the file is `<name>.npy`. */
export function arraySpecs(descriptors: readonly string[]): Map<string, ArraySpec> {
  return new Map([
    ...Object.entries(ARRAYS),
    ...descriptors.flatMap((kind): [string, ArraySpec][] => [
      [`descriptors-${kind}`, DESCRIPTORS],
      [`descriptor-mean-${kind}`, DESCRIPTOR_MEAN],
    ]),
  ]);
}

export function arrayFile(name: string): string {
  return `${name}.npy`;
}
