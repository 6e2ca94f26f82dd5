import type { Collection } from "../collection/collection.js";
import type { Matrix } from "../descriptors/matrix.js";
import { nearestNeighbours } from "../graph/neighbours.js";
import type { RunOptions } from "../native.js";
import type { MapSize } from "../regions/cells.js";
import { NullScores } from "../retrieval/null-scores.js";
import { DISTRACTOR_SIDES, distractorQueries, DISTRACTORS } from "./distractors.js";
import type { ImageIndex } from "./image-index.js";
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

/** The best similarity of each query (rows of `queries`) among an index's vectors, as the null of queries of any size. */
export async function nullOf(queries: Matrix, index: Searched, run: RunOptions): Promise<NullModel> {
  return new NullModel({ whole: await bestScores(queries, [], index, run), boxes: [] });
}

type Searched = Pick<ImageIndex, "vectors" | "imageOf">;

async function nearestImage(query: Matrix, index: Searched, { signal }: RunOptions): Promise<number> {
  const { ids } = await nearestNeighbours(query, index.vectors, { k: 1, method: "exact" }, { signal });
  return index.imageOf(ids[0] as number);
}

/** Query i is not compared with image `of[i]`. */
async function bestScores(
  queries: Matrix,
  of: readonly (number | undefined)[],
  index: Searched,
  run: RunOptions,
): Promise<NullScores> {
  const { vectors } = index;
  const images = Array.from({ length: vectors.rows }, (_, vector) => index.imageOf(vector));
  const k = Math.min(vectors.rows, 1 + mostOf(images, of));
  const { ids, similarities } = await nearestNeighbours(queries, vectors, { k, method: "exact" }, run);
  const best = Float32Array.from({ length: queries.rows }, (_, i) => {
    const other = ids.subarray(i * k, (i + 1) * k).findIndex((vector) => images[vector] !== of[i]);
    return other < 0 ? -1 : (similarities[i * k + other] as number);
  });
  return new NullScores(best);
}

/** The largest number of vectors that one of some images has. */
function mostOf(images: readonly number[], of: readonly (number | undefined)[]): number {
  const counts = new Map(of.map((image) => [image, 0]));
  for (const image of images) if (counts.has(image)) counts.set(image, (counts.get(image) as number) + 1);
  return Math.max(0, ...counts.values());
}

/**
 * Measures the null of a collection and method on distractors: some ten seconds of the network. It is kept in the
 * collection's folder `search`, where that can be written, and read from there the next time.
 */
export async function measureNull(
  collection: Collection,
  describer: QueryDescriber,
  method: string,
  index: Searched,
  run: RunOptions = {},
): Promise<NullModel> {
  const { model } = collection.manifest;
  const kept = new Kept(collection, `null-${method}.json`, {
    version: 4,
    method,
    pooling: queryPooling(method),
    model,
    ...DISTRACTORS,
  });
  const known = await kept.read();
  if (known) return NullModel.of(JSON.parse(known.toString()) as KeptMeasures);

  const { columns } = index.vectors;
  const described = Array.from({ length: DISTRACTOR_SIDES.length + 1 }, () => ({
    data: new Float32Array(DISTRACTORS.count * columns),
    logSides: 0,
  }));
  const made: (number | undefined)[] = [];
  for await (const { parts, of: image } of distractorQueries(collection, await describer.extractor(run), run)) {
    const rows = (await describer.describe(parts, method, run)).data;
    const whole = { data: rows.subarray(-columns), rows: 1, columns };
    // What the network takes for the photo all the same is no other thing to it.
    if (image !== undefined && (await nearestImage(whole, index, run)) === image) continue;
    for (const [i, of] of described.entries()) {
      of.data.set(rows.subarray(i * columns, (i + 1) * columns), made.length * columns);
      of.logSides += logSide((parts[i] as QueryMap).map);
    }
    made.push(image);
    run.onProgress?.(made.length / DISTRACTORS.count);
    if (made.length === DISTRACTORS.count) break;
  }
  const boxes: NullOfSize[] = [];
  for (const { data, logSides } of described) {
    const scores = await bestScores({ data, rows: made.length, columns }, made, index, { signal: run.signal });
    boxes.push({ side: Math.exp(logSides / made.length), scores });
  }
  const { scores: whole } = boxes.pop() as NullOfSize;
  const measured = new NullModel({ whole, boxes });
  await kept.write(Buffer.from(JSON.stringify(measured)));
  return measured;
}
