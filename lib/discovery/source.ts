import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { checkObject, checkString, invalid } from "../check.js";
import { byteView } from "../collection/npy.js";
import { diskError, onDisk } from "../collection/disk.js";
import type { Manifest, Skipped } from "../collection/schema.js";
import { abortError, LeitmotifError } from "../errors.js";
import { type ActivationMap, checkActivationMap } from "../features/activation-map.js";
import type { ActivationExtractor } from "../features/activation-extractor.js";
import type { ImageSize } from "../regions/pixel-box.js";
import type { Listing } from "./list-images.js";

/** An activation map that a caller made, to be one image of a collection. */
export interface GivenMap {
  /** Names it; each once. */
  id: string;
  map: ActivationMap;
  /** Size of the original image in pixels, which boxes refer to. Without, boxes are in cells. */
  image?: ImageSize | undefined;
}

export interface LoadedImage {
  map: ActivationMap;
  /** Of the original image, upright. */
  image: ImageSize;
  /** As the network saw it. */
  fed: ImageSize;
  /** Of the file; 0 and null without one. */
  bytes: number;
  sha256: string | null;
}

/** One image on its way into a collection. */
export interface SourceImage {
  path: string;
  /** Changes when the image does. */
  stamp: () => Promise<string>;
  load: (signal: AbortSignal | undefined) => Promise<LoadedImage>;
}

/** Where a collection's images come from. */
export interface Source {
  images: Iterable<SourceImage> | AsyncIterable<SourceImage>;
  /** Their number, where it is known beforehand. */
  total: number | null;
  /** Absolute path that theirs start from; null without files. */
  folder: string | null;
  model: Manifest["model"];
  ignored: string[];
  skipped: Skipped[];
  /** Whether an image that cannot be used is, just now, a record of the run; else its error ends the run. */
  forgiving: () => boolean;
}

/** The images of a folder, their maps extracted by a network. */
export function folderSource(folder: string, listing: Listing, extractor: ActivationExtractor): Source {
  const root = resolve(folder);
  const { name, sha256, tensor } = extractor.model;
  return {
    images: listing.images.map((path) => fileImage(root, path, extractor)),
    total: listing.images.length,
    folder: root,
    model: { name, sha256, tensor },
    ignored: listing.ignored,
    skipped: listing.skipped,
    forgiving: () => !extractor.closed,
  };
}

export function fileImage(root: string, path: string, extractor: ActivationExtractor): SourceImage {
  const file = join(root, path);
  return {
    path,
    stamp: async () => {
      const { size, mtimeMs } = await onDisk("read", file, () => stat(file));
      return `${size} bytes of ${mtimeMs}`;
    },
    load: async (signal) => {
      const content = await readWhole(file, signal);
      const { map, image, fed } = await extractor.extract(content, { signal });
      return { map, image, fed, bytes: content.length, sha256: sha256Of(content) };
    },
  };
}

/** A file's bytes. @throws {LeitmotifError} `ERR_DISK`, `ERR_IMAGE` when there are none, `ERR_ABORTED`. */
export async function readWhole(file: string, signal: AbortSignal | undefined): Promise<Buffer> {
  try {
    const content = await readFile(file, { signal });
    if (content.length === 0) throw new LeitmotifError("ERR_IMAGE", "the file is empty");
    return content;
  } catch (error) {
    throw signal?.aborted ? abortError(signal) : diskError(error, "read", file);
  }
}

/** Given maps, checked as they come. */
export function mapSource(maps: Iterable<GivenMap> | AsyncIterable<GivenMap>): Source {
  return {
    images: givenImages(maps),
    total: Array.isArray(maps) ? maps.length : null,
    folder: null,
    model: null,
    ignored: [],
    skipped: [],
    forgiving: () => false,
  };
}

async function* givenImages(maps: Iterable<GivenMap> | AsyncIterable<GivenMap>): AsyncGenerator<SourceImage> {
  const seen = new Set<string>();
  for await (const given of maps) {
    checkObject("a given map", given);
    const path = checkString("id", given.id);
    if (seen.has(path)) throw invalid("id", "different for each map", path);
    seen.add(path);
    const map = checkActivationMap(given.map, `map of ${JSON.stringify(path)}`);
    const cells = { width: map.width, height: map.height };
    const image = given.image ?? cells;
    yield {
      path,
      stamp: () => Promise.resolve(`${map.height} x ${map.width} x ${map.channels}: ${sha256Of(byteView(map.data))}`),
      load: () => Promise.resolve({ map, image, fed: image, bytes: 0, sha256: null }),
    };
  }
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
