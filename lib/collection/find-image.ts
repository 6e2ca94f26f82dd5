import { resolve } from "node:path";
import type { Collection } from "./collection.js";

/**
 * The index of an image of a collection, by its path as the collection has it or by that of its file; -1 for none.
 *
 * @param source folder that the images' paths start from, when they have moved.
 */
export function findImage({ images, manifest, path }: Collection, image: string, source?: string): number {
  const exact = images.findIndex((record) => record.path === image);
  if (exact >= 0) return exact;
  const folder = source ?? manifest.source ?? path;
  const file = resolve(image);
  return images.findIndex((record) => resolve(folder, record.path) === file);
}
