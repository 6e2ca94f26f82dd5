import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Collection } from "../collection/collection.js";
import { writeAtomically } from "../collection/atomic-file.js";
import type { Matrix } from "../descriptors/matrix.js";
import type { ActivationMap } from "../features/activation-map.js";
import { nearestNeighbours } from "../graph/neighbours.js";
import type { RunOptions } from "../native.js";
import { NullScores } from "../retrieval/null-scores.js";
import { DISTRACTOR_SIDES, distractorMaps, DISTRACTORS } from "./distractors.js";
import type { QueryDescriber } from "./query-describer.js";
import { queryPooling } from "./query-pooling.js";

/** Null scores of queries of one size. */
interface NullOfSize {
  /** Side in cells of a square as large as the queries; 0 where they are of any size. */
  readonly side: number;
  readonly scores: NullScores;
}

/**
 * What the best similarity of a query comes to when the collection shows nothing of it, by the query's size: measured on
 * distractor queries.
 */
export class NullModel {
  readonly #sizes: readonly NullOfSize[];

  constructor(sizes: readonly NullOfSize[]) {
    this.#sizes = sizes;
  }

  /**
   * How often a query of these maps' size that matches nothing has a best similarity as large, in (0, 1]; see
   * {@link NullScores.chance}.
   */
  chance(similarity: number, maps: readonly ActivationMap[]): number {
    return this.#of(maps).chance(similarity);
  }

  /** The least similarity whose {@link chance} is at most `chance`. */
  threshold(chance: number, maps: readonly ActivationMap[]): number {
    return this.#of(maps).threshold(chance);
  }

  /** Those of the nearest size; the maps' own is the geometric mean of their areas' roots. */
  #of(maps: readonly ActivationMap[]): NullScores {
    const size = maps.reduce((sum, { width, height }) => sum + Math.log(width * height) / 2, 0) / maps.length;
    const away = ({ side }: NullOfSize) => Math.abs(Math.log(Math.max(side, 1)) - size);
    return this.#sizes.reduce((best, other) => (away(other) < away(best) ? other : best)).scores;
  }

  /** @internal What {@link measureNull} writes. */
  toJSON(): { side: number; scores: number[] }[] {
    return this.#sizes.map(({ side, scores }) => ({ side, scores: Array.from(scores.scores) }));
  }
}

/** The best similarity of each query (rows of `queries`) among `vectors`, as the null of queries of any size. */
export async function nullOf(queries: Matrix, vectors: Matrix, run: RunOptions): Promise<NullModel> {
  const { similarities } = await nearestNeighbours(queries, vectors, { k: 1, method: "exact" }, run);
  return new NullModel([{ side: 0, scores: new NullScores(similarities) }]);
}

/**
 * Measures the null of a collection and method on drawn scenes: some seconds of drawing and of the network. It is kept in
 * the collection's folder `search`, where that can be written, and read from there the next time.
 */
export async function measureNull(
  collection: Collection,
  describer: QueryDescriber,
  method: string,
  vectors: Matrix,
  run: RunOptions = {},
): Promise<NullModel> {
  const { model, data, finished } = collection.manifest;
  const of = { version: 1, method, pooling: queryPooling(method), data, finished, model, ...DISTRACTORS };
  const file = join(collection.path, "search", `null-${method}.json`);
  const kept = await read(file, of);
  if (kept) return kept;

  const columns = vectors.columns;
  const sides = DISTRACTOR_SIDES.map(() => new Float32Array(DISTRACTORS.count * columns));
  const areas = DISTRACTOR_SIDES.map(() => 0);
  let row = 0;
  for await (const maps of distractorMaps(await describer.extractor(run), run)) {
    const { data: described } = await describer.describe(maps, method, run);
    sides.forEach((side, i) => {
      side.set(described.subarray(i * columns, (i + 1) * columns), row * columns);
      areas[i] = (areas[i] as number) + Math.log((maps[i]?.width ?? 1) * (maps[i]?.height ?? 1)) / 2;
    });
    row++;
  }
  const sizes: NullOfSize[] = [];
  for (const [i, side] of sides.entries()) {
    const queries = { data: side, rows: row, columns };
    const { similarities } = await nearestNeighbours(
      queries,
      vectors,
      { k: 1, method: "exact" },
      { signal: run.signal },
    );
    sizes.push({ side: Math.exp((areas[i] as number) / row), scores: new NullScores(similarities) });
  }
  const measured = new NullModel(sizes);
  await keep(file, { of, sizes: measured });
  return measured;
}

/** What was measured before of the very same; anything else there is measured anew. */
async function read(file: string, of: object): Promise<NullModel | undefined> {
  try {
    const kept = JSON.parse(await readFile(file, "utf8")) as {
      of: object;
      sizes: { side: number; scores: number[] }[];
    };
    if (JSON.stringify(kept.of) !== JSON.stringify(of)) return undefined;
    return new NullModel(
      kept.sizes.map(({ side, scores }) => ({ side, scores: new NullScores(Float32Array.from(scores)) })),
    );
  } catch {
    return undefined;
  }
}

/** A collection that may not be written to is searched all the same. */
async function keep(file: string, content: object): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeAtomically(file, [Buffer.from(JSON.stringify(content))]);
  } catch {
    return;
  }
}
