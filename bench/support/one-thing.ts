/** Scenes in which nothing recurs, and the same scenes with one thing in a third of them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Collection, discover, generateScenes, type ModelChoice, type PixelBox } from "../../lib/index.js";
import { shareWithin } from "./share-within.js";

export const SCENES = { images: 50, occurrences: 17, variation: 0.25 };
/** Share of a region that must lie on the thing for it to show it. */
const SHOWS = 0.3;

/** Regions of a group, and how many of them show the thing. */
export interface Members {
  members: number;
  right: number;
}

/** Draws scenes with so many things (0 or 1) that recur into an empty folder, and discovers what does. */
export async function discoverScenes(
  folder: string,
  { seed, things, model }: { seed: number; things: 0 | 1; model: ModelChoice },
): Promise<Collection> {
  await generateScenes({ ...SCENES, seed, objects: things, out: folder });
  return discover(join(folder, "images"), { out: join(folder, "found"), extractor: { model } });
}

/** Of each object found in the scenes of a folder. */
export async function membersOf(folder: string, collection: Collection): Promise<Members[]> {
  const truth = JSON.parse(await readFile(join(folder, "scenes.json"), "utf8")) as {
    images: { path: string; objects: { box: PixelBox }[] }[];
  };
  const boxes = new Map(truth.images.map(({ path, objects }) => [path.replace(/^images\//, ""), objects]));
  const labels = await collection.regionObjects();
  const regions = collection.images.flatMap(({ path, featureRegions }) =>
    featureRegions.map(({ box }) => ({ path, box })),
  );
  return collection.objects.map((_, object) => {
    const members = regions.filter((_, i) => labels[i] === object);
    const right = members.filter(({ path, box }) =>
      boxes.get(path)?.some((thing) => shareWithin(box, thing.box) > SHOWS),
    );
    return { members: members.length, right: right.length };
  });
}
