import { throwIfAborted } from "../errors.js";
import { Random } from "../evaluation/scenes/random.js";
import { World } from "../evaluation/scenes/world.js";
import type { ActivationExtractor } from "../features/activation-extractor.js";
import type { ActivationMap } from "../features/activation-map.js";
import type { RunOptions } from "../native.js";
import { toPixelBox } from "../regions/cells.js";
import type { ImageSize } from "../regions/pixel-box.js";
import type { QueryMap } from "./query-describer.js";

/** Changes with what is drawn: what was measured with others does not compare. */
export const DISTRACTORS = { seed: 7_340_033, count: 100, size: 384 } as const;

/** Sides of the squares that are cut from the scenes' maps, in cells. */
export const DISTRACTOR_SIDES = [2, 4, 8, 16] as const;

/**
 * Queries for things that no collection shows: scenes drawn for the purpose, each cut to a box of every size of
 * {@link DISTRACTOR_SIDES} at a place of its own, since a small query finds less near by chance than a large one; and
 * whole.
 */
export async function* distractorQueries(
  extractor: ActivationExtractor,
  { signal, onProgress }: RunOptions = {},
): AsyncGenerator<QueryMap[]> {
  const world = new World({ seed: DISTRACTORS.seed, objects: 0, size: DISTRACTORS.size, variation: 1 });
  const places = new Random(`distractors ${DISTRACTORS.seed}`);
  for (let i = 0; i < DISTRACTORS.count; i++) {
    throwIfAborted(signal);
    const { jpeg } = await world.scene(i, []);
    const { map, image } = await extractor.extract(jpeg, { signal });
    yield [...DISTRACTOR_SIDES.map((side) => square(map, image, side, places)), { map, image }];
    onProgress?.((i + 1) / DISTRACTORS.count);
  }
}

/** A square of a map, anywhere in it, or what there is of the map where it is smaller. */
function square(map: ActivationMap, image: ImageSize, side: number, random: Random): QueryMap {
  const { data, height, width, channels } = map;
  const [rows, columns] = [Math.min(side, height), Math.min(side, width)];
  const [top, left] = [random.int(0, height - rows), random.int(0, width - columns)];
  const cut = new Float32Array(rows * columns * channels);
  for (let y = 0; y < rows; y++) {
    const from = ((top + y) * width + left) * channels;
    cut.set(data.subarray(from, from + columns * channels), y * columns * channels);
  }
  const box = toPixelBox({ x0: left, y0: top, x1: left + columns, y1: top + rows }, map, image);
  return { map: { data: cut, height: rows, width: columns, channels }, image, box };
}
