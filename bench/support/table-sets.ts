/** What Table 1 is measured on: photographs of shared data, composites of them with drawn scenes, and drawn scenes. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Protocol } from "../../lib/index.js";
import { drawn } from "./drawn.js";
import { cartonPhotos, cleanPictures } from "./groceries.js";
import { PYTHON } from "./python.js";

export interface TableSet {
  /** Name of the collection, which sets may share. */
  readonly collection: string;
  /** Folders of its images. */
  readonly folders: readonly [string, ...string[]];
  readonly protocol: Protocol;
  readonly groundTruth: string;
  /** Folder of the pictures that ask; null where images of the collection do, or boxes in them. */
  readonly queriesFrom: string | null;
}

export type SetName = "cartons" | "clean pictures" | "cards" | "composites" | "scenes 21" | "scenes 7";

/** Photos with Pascal VOC boxes, beside them or in a folder of their own, each of which asks. */
export function boxesIn(collection: string, folder: string, boxes = folder): TableSet {
  return { collection, folders: [folder], protocol: "boxes", groundTruth: boxes, queriesFrom: null };
}

/** Each set by its name, made when asked for; `data` is the shared data, `work` a folder for what is made. */
export function tableSets(data: string, work: string): Record<SetName, () => TableSet | Promise<TableSet>> {
  const groceries = join(data, "groceries");
  const iconic = join(groceries, "iconic-images-and-descriptions");

  /** The photos of the groceries, with labels of cartons; of clean product pictures besides, which then ask. */
  async function shops(withClean: boolean): Promise<TableSet> {
    const clean = withClean ? cleanPictures(groceries).map(([path, label]) => [basename(path), label]) : [];
    const groundTruth = join(work, withClean ? "clean.csv" : "cartons.csv");
    await writeFile(groundTruth, [...cartonPhotos(groceries), ...clean].join("\n"));
    const queriesFrom = withClean ? iconic : null;
    const folders = [join(groceries, "train"), join(groceries, "val")] as const;
    return { collection: "groceries", folders, protocol: "groups", groundTruth, queriesFrom };
  }

  async function scenes(seed: number, images: number, objects: number, distractors: number): Promise<TableSet> {
    const folder = await drawn(join(work, `scenes-${seed}`), { seed, images, objects, distractors });
    return {
      collection: basename(folder),
      folders: [join(folder, "images")],
      protocol: "instre",
      groundTruth: join(folder, "ground-truth.json"),
      queriesFrom: join(folder, "queries"),
    };
  }

  /** Product pictures pasted on 7 % of scenes without objects. */
  async function composites(): Promise<TableSet> {
    const out = join(work, "composites");
    if (!existsSync(join(out, "labels.csv"))) {
      const photos = join(
        await drawn(join(work, "plain-31"), { seed: 31, images: 190, objects: 0, size: 448 }),
        "images",
      );
      const script = fileURLToPath(new URL("../../training/composites.py", import.meta.url));
      const from = ["--products", join(iconic, "Packages"), "--photos", photos, "--copies", "6"];
      execFileSync(PYTHON, [script, ...from, "--out", out]);
    }
    return boxesIn("composites", out);
  }

  return {
    cartons: () => shops(false),
    "clean pictures": () => shops(true),
    cards: () => boxesIn("cards", join(data, "cards")),
    composites,
    "scenes 21": () => scenes(21, 200, 8, 50),
    "scenes 7": () => scenes(7, 2000, 40, 500),
  };
}
