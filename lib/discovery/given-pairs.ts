import { poolRegions } from "../descriptors/pooling.js";
import { LeitmotifError, messageOf, throwIfAborted } from "../errors.js";
import { ImageNames } from "../evaluation/ground-truth/image-names.js";
import type { ActivationMap } from "../features/activation-map.js";
import { toCellRectangle } from "../regions/cells.js";
import type { PixelBox } from "../regions/pixel-box.js";
import type { Rectangle } from "../regions/region.js";
import { StageProgress } from "./events.js";
import type { FirstValue } from "./first-pass.js";
import { type MatchingPairs, PairCollector } from "./matching-pairs.js";
import type { PlacePair } from "./pairs-file.js";
import type { RecordStore } from "./record-store.js";
import type { Reextract } from "./reextract.js";
import type { RunContext } from "./run-context.js";
import { MAP_ARRAYS, storedMap } from "./stored-map.js";

export interface GivenPairsInput {
  paths: readonly string[];
  channels: number;
  first: RecordStore<FirstValue>;
  reextract?: Reextract | undefined;
}

/**
 * Region vectors of given pairs of places, each the maximum over the cells that it touches.
 *
 * @throws {LeitmotifError} `ERR_GROUND_TRUTH` when a name fits no image of the collection or several, or a box lies
 *   outside its image; `ERR_ABORTED`.
 */
export async function givenPairs(
  given: readonly PlacePair[],
  { paths, channels, first, reextract }: GivenPairsInput,
  context: RunContext,
): Promise<MatchingPairs | undefined> {
  const byImage = placesByImage(given, paths);
  const vectors = new Float32Array(2 * given.length * channels);
  const progress = new StageProgress("pairs", byImage.size, context.tell);
  for (const [id, places] of byImage) {
    throwIfAborted(context.signal);
    await context.stopwatch.time("pairs", 1, async () => {
      const record = await first.read(paths[id] as string, MAP_ARRAYS);
      const map = await storedMap(record, reextract, context.signal);
      const { data } = poolRegions(
        map,
        places.map(({ box }) => cellsOf(box, map, record.value)),
      );
      places.forEach(({ row }, i) => vectors.set(data.subarray(i * channels, (i + 1) * channels), row * channels));
    });
    progress.add(1);
  }
  const collector = new PairCollector(channels);
  collector.add(
    vectors,
    given.map((_, i) => [2 * i, 2 * i + 1] as const),
  );
  return collector.result;
}

/** The places of the pairs by their image, so that each map is made once; `row` is the place's among all vectors. */
function placesByImage(
  given: readonly PlacePair[],
  paths: readonly string[],
): Map<number, { row: number; box: PixelBox | null }[]> {
  const names = new ImageNames(paths);
  const byImage = new Map<number, { row: number; box: PixelBox | null }[]>();
  const missing = new Set<string>();
  given.flat().forEach(({ image, box }, row) => {
    const id = names.find(image);
    if (typeof id === "object") {
      const fits = `${id.length} images of the collection (${id.slice(0, 2).join(", ")})`;
      throw new LeitmotifError(
        "ERR_GROUND_TRUTH",
        `${JSON.stringify(image)} of the pairs fits ${fits}: add its folder`,
      );
    }
    if (id === undefined) missing.add(image);
    else if (byImage.has(id)) byImage.get(id)?.push({ row, box });
    else byImage.set(id, [{ row, box }]);
  });
  if (missing.size === 0) return byImage;
  const first = [...missing].slice(0, 5).join(", ");
  throw new LeitmotifError(
    "ERR_GROUND_TRUTH",
    `${missing.size} images that the pairs name are not in the collection (${missing.size > 5 ? "first " : ""}${first}): ` +
      "add them, or take their pairs out",
  );
}

function cellsOf(box: PixelBox | null, map: ActivationMap, { image, path }: FirstValue): Rectangle {
  if (!box) return { x0: 0, y0: 0, x1: map.width, y1: map.height };
  try {
    return toCellRectangle(box, map, image);
  } catch (cause) {
    throw new LeitmotifError("ERR_GROUND_TRUTH", `a pair's place in ${path}: ${messageOf(cause)}`, { cause });
  }
}
