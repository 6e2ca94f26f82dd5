import { type Matrix, nearestNeighbours } from "../../lib/index.js";
import { Random } from "../../lib/evaluation/scenes/random.js";

/** Vectors of a cluster at each level, on average: those of a level are nested in those of the next. */
const SIZES = [5, 25, 100, 500, 2500];
/** Of each level the neighbour whose similarity is fitted. */
const RANKS = [3, 15, 60, 250, 1000];
const [PROBED, STEPS] = [1000, 8];

/**
 * Unit vectors that lie about one another as real region vectors do at every scale, as many and of as many dimensions as
 * are wanted: an index profits from neighbours of neighbours, so that the nearest ones alone would mislead. Each is a
 * sum of directions that it shares with 5, 25, ... 2,500 others and of one of its own, all differences of real
 * vectors (of more dimensions: of several side by side). Their shares are fitted: of as many vectors as there are real
 * ones, the median similarities to five neighbours, from the 3rd to the 1,000th, are theirs. Intrinsic dimension (MLE
 * over 50 neighbours) then agrees to 5 %.
 *
 * @param real (n, d), unit rows; at least 1,001.
 */
export async function realisticRegions(real: Matrix, rows: number, columns: number, seed = 1): Promise<Matrix> {
  const target = await profile(real);
  let shares = target;
  for (let step = 0; step < STEPS; step++) {
    const made = await profile(make(real, real.rows, columns, shares, seed));
    let least = 0.97;
    shares = shares.map((share, level) => {
      least = Math.min(least, Math.max(0.005, share + 0.8 * ((target[level] as number) - (made[level] as number))));
      return least;
    });
  }
  return make(real, rows, columns, shares, seed);
}

/** Median similarity to the fitted neighbours. */
async function profile(vectors: Matrix): Promise<number[]> {
  const { columns } = vectors;
  const step = Math.max(1, Math.floor(vectors.rows / PROBED));
  const rows = Math.floor(vectors.rows / step);
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    data.set(vectors.data.subarray(i * step * columns, (i * step + 1) * columns), i * columns);
  }
  // One more than the last: each finds itself.
  const k = (RANKS.at(-1) as number) + 1;
  const found = await nearestNeighbours({ data, rows, columns }, vectors, { k, method: "exact" });
  return RANKS.map((rank) => {
    const similarities = Float32Array.from({ length: rows }, (_, i) => found.similarities[i * k + rank] as number);
    return similarities.sort()[rows >> 1] as number;
  });
}

/** @param shares of each level: the similarity of two vectors that have it and all above in common. */
function make(real: Matrix, rows: number, columns: number, shares: readonly number[], seed: number): Matrix {
  const random = new Random(`realistic regions ${seed}`);
  const direction = (length: number) => {
    const out = new Float32Array(columns);
    for (let from = 0; from < columns; from += real.columns) {
      const [a, b] = [random.int(0, real.rows - 1) * real.columns, random.int(0, real.rows - 1) * real.columns];
      const width = Math.min(real.columns, columns - from);
      for (let j = 0; j < width; j++) out[from + j] = (real.data[a + j] as number) - (real.data[b + j] as number);
    }
    return scaled(out, length);
  };
  let above: Float32Array[] = [new Float32Array(columns)];
  for (let level = SIZES.length - 1; level >= 0; level--) {
    const own = Math.sqrt(Math.max(0, (shares[level] as number) - (shares[level + 1] ?? 0)));
    const parents = above;
    const count = Math.max(1, Math.floor(rows / (SIZES[level] as number)));
    above = Array.from({ length: count }, () => {
      const parent = parents[random.int(0, parents.length - 1)] as Float32Array;
      return direction(own).map((value, j) => value + (parent[j] as number));
    });
  }
  const rest = Math.sqrt(1 - (shares[0] as number));
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const centre = above[random.int(0, above.length - 1)] as Float32Array;
    const vector = direction(rest);
    for (let j = 0; j < columns; j++) vector[j] = (vector[j] as number) + (centre[j] as number);
    data.set(scaled(vector, 1), i * columns);
  }
  return { data, rows, columns };
}

/** The vector, made so long. */
function scaled(vector: Float32Array, length: number): Float32Array {
  let squares = 0;
  for (let j = 0; j < vector.length; j++) squares += (vector[j] as number) ** 2;
  const factor = squares > 0 ? length / Math.sqrt(squares) : 0;
  for (let j = 0; j < vector.length; j++) vector[j] = (vector[j] as number) * factor;
  return vector;
}
