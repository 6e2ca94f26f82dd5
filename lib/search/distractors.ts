import { join } from "node:path";
import type { Collection } from "../collection/collection.js";
import type { ImageRecord } from "../collection/schema.js";
import { LeitmotifError, throwIfAborted } from "../errors.js";
import { Random } from "../evaluation/scenes/random.js";
import { World } from "../evaluation/scenes/world.js";
import type { ActivationExtractor, ImageSource } from "../features/activation-extractor.js";
import type { ActivationMap } from "../features/activation-map.js";
import type { RgbImage } from "../features/image.js";
import type { RunOptions } from "../native.js";
import { toPixelBox } from "../regions/cells.js";
import type { ImageSize } from "../regions/pixel-box.js";
import type { QueryMap } from "./query-describer.js";

/** Changes with what is drawn: what was measured with others does not compare. */
export const DISTRACTORS = { seed: 7_340_033, count: 100, size: 384 } as const;

/** Sides of the squares that are cut from the distractors' maps, in cells. */
export const DISTRACTOR_SIDES = [2, 4, 8, 16] as const;

/** Queries for what a collection does not show. */
export interface Distractor {
  /** A square of each of {@link DISTRACTOR_SIDES}, and the whole. */
  parts: QueryMap[];
  /** Image of the collection that it was made of, and may resemble. */
  of: number | undefined;
}

/** What is asked of a collection: where its photos lie. */
interface Photographed {
  images: readonly Pick<ImageRecord, "path">[];
  manifest: Pick<Collection["manifest"], "source">;
}

/**
 * Things that a collection does not show, in pictures like its own: its photos, at most {@link DISTRACTORS} of them, in
 * false colours and mirrored; then scenes drawn for the purpose, without end. Each is cut to a box of every size at a
 * place of its own, since a small query finds less near by chance than a large one; and whole.
 */
export async function* distractorQueries(
  collection: Photographed,
  extractor: ActivationExtractor,
  { signal }: Pick<RunOptions, "signal"> = {},
): AsyncGenerator<Distractor, never> {
  const places = new Random(`distractors ${DISTRACTORS.seed}`);
  const distractor = async (source: ImageSource, of?: number): Promise<Distractor> => {
    const { map, image } = await extractor.extract(source, { signal });
    return { parts: [...DISTRACTOR_SIDES.map((side) => square(map, image, side, places)), { map, image }], of };
  };
  for await (const { image, of } of falseColours(collection, extractor, signal)) yield distractor(image, of);
  const world = new World({ seed: DISTRACTORS.seed, objects: 0, size: DISTRACTORS.size, variation: 1 });
  for (let i = 0; ; i++) {
    throwIfAborted(signal);
    yield distractor((await world.scene(i, [])).jpeg);
  }
}

/** Photos of a collection, evenly spread, in false colours; those that cannot be read any more are passed over. */
async function* falseColours(
  { images, manifest: { source } }: Photographed,
  extractor: ActivationExtractor,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ image: RgbImage; of: number }> {
  if (source === null) return;
  const count = Math.min(images.length, DISTRACTORS.count);
  for (let i = 0; i < count; i++) {
    throwIfAborted(signal);
    const of = Math.floor((i * images.length) / count);
    const { path = "" } = images[of] ?? {};
    try {
      yield { image: mirrored(await extractor.read(join(source, path), { signal })), of };
    } catch (error) {
      if (!(error instanceof LeitmotifError) || error.code !== "ERR_IMAGE") throw error;
    }
  }
}

/** An image seen in a mirror, red as green, green as blue, blue as red: as an image like it, and another thing. */
function mirrored({ data, width, ...rest }: Required<RgbImage>): Required<RgbImage> {
  const other = new Uint8Array(data.length);
  const line = 3 * width;
  for (let row = 0; row < data.length; row += line) {
    for (let from = row, to = row + line - 3; from < row + line; from += 3, to -= 3) {
      other[to] = data[from + 1] as number;
      other[to + 1] = data[from + 2] as number;
      other[to + 2] = data[from] as number;
    }
  }
  return { data: other, width, ...rest };
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
