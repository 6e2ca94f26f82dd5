import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunOptions } from "../native.js";
import { concurrently } from "./concurrently.js";
import { heatMap } from "./heat-map.js";
import type { ReportModel } from "./model.js";
import { Photo } from "./photo.js";
import type { Crop, Selection } from "./selection.js";

/** The folder beside the page that holds all it needs. */
export const FILES = "report-files";

/** Folders of the pictures, relative to the page. */
export const PICTURES = {
  photo: `${FILES}/photo`,
  feature: `${FILES}/feature`,
  object: `${FILES}/object`,
  crop: `${FILES}/crop`,
} as const;

/**
 * Writes the photos, heat maps and crops of a report under `folder`, where its page lies: `photo/<index>.jpg`,
 * `feature/<index>.webp`, `object/<index>.webp` and `crop/<object>-<rank>.jpg` in {@link FILES}. Each photo is decoded
 * once.
 *
 * @returns the indices of images whose photo could not be read; their heat maps are written, their crops are not.
 */
export async function writePictures(
  model: ReportModel,
  { galleries, photos }: Selection,
  folder: string,
  threads: number,
  run: RunOptions,
): Promise<ReadonlySet<number>> {
  for (const name of Object.values(PICTURES)) await mkdir(join(folder, name), { recursive: true });
  const crops = new Map<number, Crop[]>();
  for (const crop of galleries.flatMap((gallery) => gallery.crops)) {
    crops.set(crop.image, [...(crops.get(crop.image) ?? []), crop]);
  }
  const shown = new Set(photos.map((photo) => photo.index));
  const missing = new Set<number>();
  const work = async (index: number) => {
    const image = model.images[index] as ReportModel["images"][number];
    const photo = await Photo.open(model.source(index), image);
    if (!photo) missing.add(index);
    for (const crop of photo ? (crops.get(index) ?? []) : []) {
      await writeFile(join(folder, PICTURES.crop, `${crop.name}.jpg`), await (photo as Photo).crop(crop.box));
    }
    if (!shown.has(index)) return;
    if (photo) await writeFile(join(folder, PICTURES.photo, `${index}.jpg`), await photo.shown());
    for (const kind of ["feature", "object"] as const) {
      const map = await model.saliency(kind, index);
      await writeFile(join(folder, PICTURES[kind], `${index}.webp`), await heatMap(map));
    }
  };
  await concurrently([...new Set([...shown, ...crops.keys()])], threads, work, run);
  return missing;
}
