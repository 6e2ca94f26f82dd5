/** Photographs to search, and queries of which it is known what they should find. */
import { mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type PixelBox, readGroundTruth } from "../../lib/index.js";
import { drawn } from "./drawn.js";
import { cartonPhotos, cleanPictures, groceryPhotos } from "./groceries.js";

export interface SearchSet {
  name: string;
  /** Folder of the images that are searched. */
  folder: string;
  queries: { image: string; box?: PixelBox; own?: string; positive: Set<string> }[];
}

/** Cartons and fruit of the groceries; `only` keeps the photos whose path holds it. Links, so that nothing is copied. */
export async function linkGroceries(data: string, into: string, only = ""): Promise<string[]> {
  const paths = groceryPhotos(data).filter((path) => path.includes(only));
  for (const path of paths) {
    await mkdir(dirname(join(into, path)), { recursive: true });
    await symlink(resolve(data, path), join(into, path)).catch(() => undefined);
  }
  return paths;
}

/** The carton photos of the groceries, some of each class, as queries among all others. */
export function leaveOneOut(data: string, folder: string, perClass: number): SearchSet {
  const byClass = cartons(data);
  const queries = [...byClass.values()].flatMap((paths) =>
    spread(paths, perClass).map((own) => ({
      image: join(data, own),
      own,
      positive: new Set(paths.filter((path) => path !== own)),
    })),
  );
  return { name: `cartons, ${perClass} photos a class against all`, folder, queries };
}

/** The product pictures of the cartons as queries. */
export function productPictures(data: string, folder: string): SearchSet {
  const byClass = cartons(data);
  const queries = cleanPictures(data).map(([picture, label]) => ({
    image: join(data, picture),
    positive: new Set(byClass.get(label)),
  }));
  return { name: "cartons, product pictures", folder, queries };
}

function cartons(data: string): Map<string, string[]> {
  const byClass = new Map<string, string[]>();
  for (const [path, label] of cartonPhotos(data)) byClass.set(label, [...(byClass.get(label) ?? []), path]);
  return byClass;
}

/** Some of a list, evenly spread. */
function spread<T>(list: readonly T[], count: number): T[] {
  return Array.from(
    { length: Math.min(count, list.length) },
    (_, i) => list[Math.floor((i * list.length) / count)] as T,
  );
}

/** Generated scenes; each object's own picture, its box drawn, is a query. */
export async function scenes(into: string, images: number, objects: number): Promise<SearchSet> {
  await drawn(into, { images, objects, seed: 3, size: 512 });
  type Truth = {
    objects: { name: string; query: string; box: PixelBox }[];
    images: { path: string; objects: { name: string }[] }[];
  };
  const truth = JSON.parse(await readFile(join(into, "scenes.json"), "utf8")) as Truth;
  const queries = truth.objects.map(({ name, query, box }) => ({
    image: join(into, query),
    box,
    positive: new Set(
      truth.images
        .filter(({ objects: shown }) => shown.some((object) => object.name === name))
        .map(({ path }) => path.replace(/^images\//, "")),
    ),
  }));
  return { name: `${images} scenes, boxes of ${objects} objects`, folder: join(into, "images"), queries };
}

/** Every box of the cards as a query for photos with a card of that rank. */
export async function cards(data: string): Promise<SearchSet> {
  const truth = await readGroundTruth("boxes", data);
  if (truth.kind !== "boxes") return { name: "cards", folder: data, queries: [] };
  const pictures = (await readdir(data)).filter((file) => !file.endsWith(".xml"));
  const files = new Map(pictures.map((file) => [file.replace(/\.[^.]+$/, "").toLowerCase(), file]));
  const photos = truth.images.map(({ names, objects }) => {
    const name = names.map((n) => files.get(n.replace(/\.[^.]+$/, "").toLowerCase())).find(Boolean) as string;
    return { path: name, objects };
  });
  const queries = photos.flatMap(({ path, objects }) =>
    objects.map(({ label, box }) => ({
      image: join(data, path),
      box,
      own: path,
      positive: new Set(
        photos.filter((p) => p.path !== path && p.objects.some((o) => o.label === label)).map((p) => p.path),
      ),
    })),
  );
  return { name: "cards, boxes", folder: data, queries: queries.filter(({ positive }) => positive.size > 0) };
}
