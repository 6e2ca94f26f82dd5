import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkInteger, checkNumber, checkString, withDefaults } from "../../check.js";
import { LeitmotifError, messageOf, throwIfAborted } from "../../errors.js";
import type { RunOptions } from "../../native.js";
import { Random } from "./random.js";
import { TruthFiles } from "./truth-files.js";
import { vocAnnotation } from "./voc.js";
import { type Picture, World } from "./world.js";

/** Options of {@link generateScenes}. */
export interface SceneSetOptions {
  /** Names the set: the same seed and numbers give the same pictures. Objects of different seeds have nothing in common. */
  seed: number;
  /** Cluttered scenes, in which the objects recur. */
  images: number;
  /** How many objects recur; 0: clutter and backgrounds alone, in which nothing does. */
  objects: number;
  /** In how many scenes each object is seen. Default: one and a half objects a scene, but at most a third of the scenes. */
  occurrences: number;
  /** Further scenes without any of the objects, kept apart. */
  distractors: number;
  /** Longer side of the pictures in pixels. */
  size: number;
  /** How differently an object looks from scene to scene: its turn, size and depth. 0 (the same) .. 1 (any side up). */
  variation: number;
}

/** Defaults of {@link SceneSetOptions}. */
export const SCENE_SET_DEFAULTS: Readonly<Omit<SceneSetOptions, "occurrences">> = {
  seed: 1,
  images: 60,
  objects: 6,
  distractors: 0,
  size: 640,
  variation: 0.5,
};

/** How much {@link generateScenes} has written. */
export interface SceneSet {
  images: number;
  distractors: number;
  queries: number;
  /** Boxes of objects in the scenes. */
  boxes: number;
}

/** Pictures in the making at a time: while one is drawn, others are encoded and written. */
const IN_FLIGHT = 3;

/**
 * Writes a set of photograph-like scenes in which known objects recur, small, turned, lit differently and partly hidden,
 * among clutter that does not recur and surfaces (sky, foliage, brick, wood, …) that do.
 *
 * Under `out`: `images/`, with the distractors in `images/distractors/`; `queries/`, one picture an object;
 * `annotations/`, a Pascal VOC file a scene; `ground-truth.json`, in which each object is a query (docs/ground-truth.md);
 * and `scenes.json`: `{ objects: [{ name, kind, query, box }], images: [{ path, width, height, objects: [{ name, box,
 * visible }] }] }`, boxes in pixels. The last two are there only when the set is whole.
 *
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT`, also when `out` holds something already but an unfinished set;
 *   `ERR_DISK` when a file cannot be written, `ERR_ABORTED`.
 */
export async function generateScenes(
  options: Partial<SceneSetOptions> & { out: string },
  { signal, onProgress }: RunOptions = {},
): Promise<SceneSet> {
  const set = resolve(options);
  const out = checkString("out", options.out);
  const world = new World(set);
  const shown = assign(set);
  const total = set.images + set.distractors + set.objects;
  let done = 0;
  let boxes = 0;
  const finished = () => onProgress?.(++done / total);

  try {
    const truth = await TruthFiles.create(out, set);
    try {
      await inOrder(
        set.objects,
        async (i) => {
          throwIfAborted(signal);
          const path = `queries/${name(i)}.jpg`;
          const picture = await world.query(i, i);
          await save(out, path, `queries/${name(i)}.xml`, picture);
          const { width, height } = picture;
          return { name: name(i), kind: world.kind(i), query: path, width, height, ...entries(picture)[0] };
        },
        async (entry) => {
          await truth.object(entry);
          finished();
        },
      );
      await inOrder(
        set.images,
        async (i) => {
          throwIfAborted(signal);
          const path = `images/scene-${pad(i)}.jpg`;
          const picture = await world.scene(i, shown[i] ?? []);
          await save(out, path, `annotations/scene-${pad(i)}.xml`, picture);
          return { path, width: picture.width, height: picture.height, objects: entries(picture) };
        },
        async (entry) => {
          await truth.scene(entry);
          boxes += entry.objects.length;
          finished();
        },
      );
      await inOrder(
        set.distractors,
        async (i) => {
          throwIfAborted(signal);
          const { jpeg } = await world.scene(set.images + i, []);
          await writeFile(join(out, `images/distractors/distractor-${pad(i)}.jpg`), jpeg);
        },
        () => Promise.resolve(finished()),
      );
      await truth.commit();
      return { images: set.images, distractors: set.distractors, queries: set.objects, boxes };
    } finally {
      await truth.close();
    }
  } catch (error) {
    if (error instanceof LeitmotifError) throw error;
    throw new LeitmotifError("ERR_DISK", `the scenes could not be written to ${out}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function resolve(options: Partial<SceneSetOptions>): SceneSetOptions {
  const set = withDefaults("scene options", options, SCENE_SET_DEFAULTS, ["occurrences", "out"]);
  checkInteger("seed", set.seed, { min: 0 });
  checkInteger("images", set.images, { min: 1, max: 1_000_000 });
  checkInteger("objects", set.objects, { min: 0, max: 100_000 });
  checkInteger("distractors", set.distractors, { min: 0, max: 10_000_000 });
  checkInteger("size", set.size, { min: 64, max: 4096 });
  checkNumber("variation", set.variation, { min: 0, max: 1 });
  const usual = Math.floor(Math.min((1.5 * set.images) / Math.max(set.objects, 1), set.images / 3));
  const occurrences = checkInteger("occurrences", options.occurrences ?? Math.max(usual, 1), {
    min: 1,
    max: set.images,
  });
  return { ...set, occurrences };
}

/** Which objects each scene shows: an object's scenes are spread evenly over the set, one in each of equal stretches. */
function assign({ seed, images, objects, occurrences }: SceneSetOptions): number[][] {
  const random = new Random(`scenes ${seed}/assignment`);
  const shown: number[][] = Array.from({ length: images }, () => []);
  for (let object = 0; object < objects; object++)
    for (let i = 0; i < occurrences; i++) {
      const first = Math.floor((i * images) / occurrences);
      const end = Math.floor(((i + 1) * images) / occurrences);
      shown[random.int(first, end - 1)]?.push(object);
    }
  return shown;
}

const pad = (i: number) => String(i).padStart(6, "0");
const name = (object: number) => `object-${String(object).padStart(4, "0")}`;

const entries = ({ boxes }: Picture) =>
  boxes.map(({ object, x, y, width, height, visible }) => ({
    name: name(object),
    box: { x, y, width, height },
    visible: Number(visible.toFixed(3)),
  }));

async function save(out: string, path: string, annotation: string, picture: Picture): Promise<void> {
  await writeFile(join(out, path), picture.jpeg);
  await writeFile(join(out, annotation), vocAnnotation(path, picture, name));
}

/** Runs `make` for 0..count-1, a few at a time, and hands the results on in order. */
async function inOrder<T>(
  count: number,
  make: (index: number) => Promise<T>,
  use: (result: T, index: number) => Promise<void>,
): Promise<void> {
  const pending: Promise<T>[] = [];
  try {
    for (let next = 0, used = 0; used < count; used++) {
      while (next < count && pending.length < IN_FLIGHT) pending.push(make(next++));
      await use(await (pending[0] as Promise<T>), used);
      void pending.shift();
    }
  } finally {
    await Promise.allSettled(pending);
  }
}
