import { poolRegions } from "../descriptors/pooling.js";
import { LeitmotifError, messageOf, throwIfAborted } from "../errors.js";
import { Random } from "../evaluation/scenes/random.js";
import { renderView } from "../features/photo-view.js";
import type { ActivationMap } from "../features/activation-map.js";
import type { Size } from "../features/image.js";
import { toCellRectangle, toPixelBox } from "../regions/cells.js";
import type { PixelBox } from "../regions/pixel-box.js";
import { ahead } from "./ahead.js";
import { StageProgress } from "./events.js";
import type { FirstValue } from "./first-pass.js";
import { type MatchingPairs, PairCollector } from "./matching-pairs.js";
import type { Photos } from "./photos.js";
import { planViews } from "./plan-views.js";
import type { PassValue, RecordStore } from "./record-store.js";
import type { Reextract } from "./reextract.js";
import type { RunContext } from "./run-context.js";
import { MAP_ARRAYS, storedMap } from "./stored-map.js";

/** With a photo's `vectors`: those of its regions as the photo shows them, then as each view does. */
export interface ViewsValue extends PassValue {
  /** How often each region is shown; 0 where the photo could not be looked at again. */
  views: number;
}

export interface SelfMadePairsInput {
  paths: readonly string[];
  channels: number;
  first: RecordStore<FirstValue>;
  /** Where views are kept, for a run that goes on. */
  store: RecordStore<ViewsValue>;
  photos: Photos;
  reextract?: Reextract | undefined;
}

/** Photos that are looked at again unless told: an eighth of all, but from 80 to 150. Beyond, little is gained. */
export function defaultPhotos(images: number): number {
  return Math.min(images, 150, Math.max(80, Math.floor(images / 8)));
}

/**
 * Pairs of region vectors that show the same thing, made from the collection itself: regions of some of its photos, and
 * the same regions in views of these photos under jitter of place, size, rotation, light and colour.
 *
 * Which photos and which views hangs on the seed and their paths alone. A photo that cannot be read any more is warned
 * of and left out.
 *
 * @returns Undefined where no photo gives a pair.
 * @throws {LeitmotifError} `ERR_ABORTED`, and what makes the network fail.
 */
export async function selfMadePairs(
  input: SelfMadePairsInput,
  { photos, seed }: { photos: number | null; seed: number },
  context: RunContext,
): Promise<MatchingPairs | undefined> {
  const { first, store } = input;
  const chosen = choose(input.paths, photos ?? defaultPhotos(input.paths.length), seed);
  const progress = new StageProgress("pairs", chosen.length, context.tell);
  const pending = chosen.filter((path) => !store.has(path, first.mark(path)));
  for (let i = pending.length; i < chosen.length; i++) progress.resume();
  let waiting = performance.now();
  for await (const batch of ahead(pending, context.imagesAhead, (path) => look(path, input, seed, context))) {
    context.stopwatch.add("pairs", (performance.now() - waiting) / 1000, batch.length);
    throwIfAborted(context.signal);
    for (const { vectors, ...value } of batch) await store.add(value, { vectors });
    progress.add(batch.length);
    waiting = performance.now();
  }
  return gather(chosen, store, input.channels);
}

/** The photos whose paths' random numbers are smallest: one more in the collection changes one at most. */
function choose(paths: readonly string[], count: number, seed: number): string[] {
  const drawn = paths.map((path) => ({ path, draw: new Random(`photo ${seed} ${path}`).next() }));
  drawn.sort((a, b) => a.draw - b.draw);
  return drawn.slice(0, count).map(({ path }) => path);
}

async function look(
  path: string,
  { first, photos, reextract }: SelfMadePairsInput,
  seed: number,
  context: RunContext,
): Promise<ViewsValue & { vectors: Float32Array }> {
  const { signal } = context;
  const record = await first.read(path, MAP_ARRAYS);
  const { fed, map: cells, channels, regions: detected } = record.value;
  const found = detected.map((region) => toPixelBox(region, cells, fed));
  const { regions, views } = planViews(fed, found, new Random(`views ${seed} ${path}`));
  const common = { path, stamp: first.mark(path), regions: [] };
  try {
    const pixels = await photos.read(record.value, signal);
    const maps: [ActivationMap, PixelBox[]][] = [[await storedMap(record, reextract, signal), regions]];
    for (const { placement, light, boxes } of views) {
      const view = await renderView(pixels, placement, light, fed, { signal });
      maps.push([await photos.extract(view, signal), boxes]);
    }
    const vectors = new Float32Array(maps.length * regions.length * channels);
    maps.forEach(([map, boxes], i) => vectors.set(pool(map, boxes, fed), i * regions.length * channels));
    return { ...common, views: maps.length, vectors };
  } catch (error) {
    throwIfAborted(signal);
    if (!(error instanceof LeitmotifError) || photos.closed) throw error;
    context.warn(`${path} could not be looked at again, and teaches the whitening nothing: ${messageOf(error)}`);
    return { ...common, views: 0, vectors: new Float32Array(0) };
  }
}

function pool(map: ActivationMap, boxes: readonly PixelBox[], image: Size): Float32Array {
  return poolRegions(
    map,
    boxes.map((box) => toCellRectangle(box, map, image)),
  ).data;
}

async function gather(
  paths: readonly string[],
  store: RecordStore<ViewsValue>,
  channels: number,
): Promise<MatchingPairs | undefined> {
  const collector = new PairCollector(channels);
  for (const path of paths) {
    const { value, arrays } = await store.read(path, ["vectors"]);
    const vectors = arrays.vectors as Float32Array;
    collector.add(vectors, pairsOfViews(vectors.length / channels, value.views));
  }
  return collector.result;
}

/** Every two rows that show one region, of `rows` that are those of view after view. */
function* pairsOfViews(rows: number, views: number): Generator<[number, number]> {
  const regions = rows / views;
  for (let a = 0; a < views; a++) {
    for (let b = a + 1; b < views; b++) {
      for (let region = 0; region < regions; region++) yield [a * regions + region, b * regions + region];
    }
  }
}
