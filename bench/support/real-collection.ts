/** Real descriptors and maps, for data that behave like them. */
import { existsSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { listImages } from "../../lib/discovery/list-images.js";
import { Collection, discover, generateScenes } from "../../lib/index.js";
import { groceryPhotos } from "./groceries.js";

/** Not a build's output, but as easily made again. */
const FOLDER = fileURLToPath(new URL("../../build-bench/real", import.meta.url));
const GROCERIES = fileURLToPath(new URL("../../../shared/data/groceries", import.meta.url));
const IMAGES = 300;

/** 300 photographs: of groceries where ../shared holds them, else scenes that are drawn. Links, nothing is copied. */
export async function realImages(): Promise<string> {
  const groceries = existsSync(join(GROCERIES, "images.csv"));
  const folder = join(FOLDER, groceries ? "groceries" : "scenes");
  if (existsSync(folder)) return groceries ? folder : join(folder, "images");
  if (!groceries) {
    await generateScenes({ out: folder, images: IMAGES, objects: 20, seed: 5 });
    return join(folder, "images");
  }
  const paths = groceryPhotos(GROCERIES);
  for (let i = 0; i < IMAGES; i++) {
    const path = paths[Math.floor((i * paths.length) / IMAGES)] as string;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(resolve(GROCERIES, path), join(folder, path));
  }
  return folder;
}

/** Paths of those photographs. */
export async function realPhotos(): Promise<string[]> {
  const folder = await realImages();
  return (await listImages(folder)).images.map((path) => join(folder, path));
}

/** What the default network and the default settings make of them; discovered once, about half a minute. */
export async function realCollection(): Promise<Collection> {
  const images = await realImages();
  const out = `${images}-collection`;
  if (!existsSync(join(out, "manifest.json"))) await discover(images, { out });
  return Collection.open(out);
}
