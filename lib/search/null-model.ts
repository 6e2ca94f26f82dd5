import type { Collection } from "../collection/collection.js";
import type { Matrix } from "../descriptors/matrix.js";
import { nearestNeighbours } from "../graph/neighbours.js";
import type { RunOptions } from "../native.js";
import type { MapSize } from "../regions/cells.js";
import { NullScores } from "../retrieval/null-scores.js";
import { DISTRACTOR_SIDES, distractorQueries, DISTRACTORS } from "./distractors.js";
import { Kept } from "./kept.js";
import type { QueryDescriber, QueryMap } from "./query-describer.js";
import { queryPooling } from "./query-pooling.js";

/** Null scores of boxes of one size. */
interface NullOfSize {
  /** Side in cells of a square as large as the boxes. */
  readonly side: number;
  readonly scores: NullScores;
}

interface NullMeasures {
  /** Of whole images, which are whitened about another mean than boxes; or of queries of any kind. */
  readonly whole: NullScores;
  readonly boxes: readonly NullOfSize[];
}

type Parts = readonly Pick<QueryMap, "map" | "box">[];

/**
 * What the best similarity of a query comes to when the collection shows nothing of it, by the query's size: measured on
 * distractor queries.
 */
export class NullModel {
  readonly #measures: NullMeasures;

  constructor(measures: NullMeasures) {
    this.#measures = measures;
  }

  /** @internal From what {@link toJSON} gave. */
  static of({ whole, boxes }: KeptMeasures): NullModel {
    const read = (scores: number[]) => new NullScores(Float32Array.from(scores));
    return new NullModel({
      whole: read(whole),
      boxes: boxes.map(({ side, scores }) => ({ side, scores: read(scores) })),
    });
  }

  /**
   * How often a query of these parts' size that matches nothing has a best similarity as large, in (0, 1]; see
   * {@link NullScores.chance}.
   */
  chance(similarity: number, parts: Parts): number {
    return this.#of(parts).chance(similarity);
  }

  /** The least similarity whose {@link chance} is at most `chance`. */
  threshold(chance: number, parts: Parts): number {
    return this.#of(parts).threshold(chance);
  }

  /** Those of boxes of the nearest size, unless a part is a whole image; that of several is the mean of their sides. */
  #of(parts: Parts): NullScores {
    const { whole, boxes } = this.#measures;
    const [first] = boxes;
    if (!first || parts.some(({ box }) => box === undefined)) return whole;
    const size = parts.reduce((sum, { map }) => sum + logSide(map), 0) / parts.length;
    const away = ({ side }: NullOfSize) => Math.abs(Math.log(side) - size);
    return boxes.reduce((best, other) => (away(other) < away(best) ? other : best), first).scores;
  }

  /** @internal What {@link measureNull} writes. */
  toJSON(): KeptMeasures {
    const { whole, boxes } = this.#measures;
    return {
      whole: Array.from(whole.scores),
      boxes: boxes.map(({ side, scores }) => ({ side, scores: Array.from(scores.scores) })),
    };
  }
}

interface KeptMeasures {
  whole: number[];
  boxes: { side: number; scores: number[] }[];
}

function logSide({ width, height }: MapSize): number {
  return Math.log(width * height) / 2;
}

/** The best similarity of each query (rows of `queries`) among `vectors`, as the null of queries of any size. */
export async function nullOf(queries: Matrix, vectors: Matrix, run: RunOptions): Promise<NullModel> {
  return new NullModel({ whole: await bestScores(queries, vectors, run), boxes: [] });
}

async function bestScores(queries: Matrix, vectors: Matrix, run: RunOptions): Promise<NullScores> {
  return new NullScores((await nearestNeighbours(queries, vectors, { k: 1, method: "exact" }, run)).similarities);
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
  const { model } = collection.manifest;
  const kept = new Kept(collection, `null-${method}.json`, {
    version: 3,
    method,
    pooling: queryPooling(method),
    model,
    ...DISTRACTORS,
  });
  const known = await kept.read();
  if (known) return NullModel.of(JSON.parse(known.toString()) as KeptMeasures);

  const { columns } = vectors;
  const described = Array.from({ length: DISTRACTOR_SIDES.length + 1 }, () => ({
    data: new Float32Array(DISTRACTORS.count * columns),
    logSides: 0,
  }));
  let row = 0;
  for await (const parts of distractorQueries(await describer.extractor(run), run)) {
    const rows = (await describer.describe(parts, method, run)).data;
    for (const [i, of] of described.entries()) {
      of.data.set(rows.subarray(i * columns, (i + 1) * columns), row * columns);
      of.logSides += logSide((parts[i] as QueryMap).map);
    }
    row++;
  }
  const boxes: NullOfSize[] = [];
  for (const { data, logSides } of described) {
    const scores = await bestScores({ data, rows: row, columns }, vectors, { signal: run.signal });
    boxes.push({ side: Math.exp(logSides / row), scores });
  }
  const { scores: whole } = boxes.pop() as NullOfSize;
  const measured = new NullModel({ whole, boxes });
  await kept.write(Buffer.from(JSON.stringify(measured)));
  return measured;
}
