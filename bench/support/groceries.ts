/** The tables of the groceries; `folder` is theirs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const rows = (file: string) =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(","));

/** Paths of all photos, of cartons and of fruit. */
export const groceryPhotos = (folder: string) => rows(join(folder, "images.csv")).map(([path]) => path as string);

const isCarton = (path: string) => path.includes("/Packages/");

/** The photos of cartons: path and class. */
export function cartonPhotos(folder: string): [path: string, label: string][] {
  const photos = rows(join(folder, "images.csv")) as [string, string][];
  return photos.filter(([path]) => isCarton(path)).map(([path, label]) => [path, label]);
}

/** The clean product pictures of cartons: path and class. */
export function cleanPictures(folder: string): [path: string, label: string][] {
  return rows(join(folder, "classes.csv"))
    .map(([, label, , , path]): [string, string] => [path as string, label as string])
    .filter(([path]) => isCarton(path));
}
