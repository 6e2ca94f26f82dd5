import { type Matrix, nearestNeighbours } from "../../lib/index.js";
import { Random } from "../../lib/evaluation/scenes/random.js";

/** Vectors that show the same thing, on average. */
const CLUSTER = 20;
/** The neighbour whose similarity is fitted. */
const FITTED = 10;
const STEPS = 12;

/**
 * Unit vectors with neighbours as near as real descriptors' are, as many as are wanted: for timings at scale, where
 * uniformly random vectors would mislead. Each lies about one of `rows / 20` centres, which are mixtures of two real
 * descriptors; it differs from its centre as two random real ones differ from each other, times a factor. That is
 * fitted: of as many vectors as there are real ones, the median similarity to the tenth neighbour is theirs.
 *
 * @param real (n, d), unit rows. @returns (rows, d); about which centre each lies; and the medians, to be shown.
 */
export async function realisticDescriptors(
  real: Matrix,
  rows: number,
  seed = 1,
): Promise<{ vectors: Matrix; clusters: Int32Array; fitted: { real: number; made: number } }> {
  const target = await neighbourSimilarity(real);
  let [low, high] = [0, 4];
  for (let step = 0; step < STEPS; step++) {
    const factor = (low + high) / 2;
    if ((await neighbourSimilarity(make(real, real.rows, factor, seed).vectors)) > target) low = factor;
    else high = factor;
  }
  const factor = (low + high) / 2;
  const made = await neighbourSimilarity(make(real, real.rows, factor, seed).vectors);
  return { ...make(real, rows, factor, seed), fitted: { real: target, made } };
}

/** Median over the rows of the similarity to the tenth neighbour. */
async function neighbourSimilarity(vectors: Matrix): Promise<number> {
  const found = await nearestNeighbours(vectors, vectors, { k: FITTED, excludeSelf: true, method: "exact" });
  const tenth = Array.from({ length: found.rows }, (_, i) => found.similarities[(i + 1) * found.k - 1] as number);
  return tenth.sort((a, b) => a - b)[tenth.length >> 1] as number;
}

function make(real: Matrix, rows: number, factor: number, seed: number): { vectors: Matrix; clusters: Int32Array } {
  const { columns } = real;
  const random = new Random(`realistic descriptors ${seed}`);
  const centres = Math.max(1, Math.round(rows / CLUSTER));
  const data = new Float32Array(rows * columns);
  const any = () => {
    const row = random.int(0, real.rows - 1);
    return real.data.subarray(row * columns, (row + 1) * columns);
  };
  const mixtures = Array.from({ length: centres }, () => {
    const [a, b] = [any(), any()];
    return normalised(a.map((value, j) => value + (b[j] as number)));
  });
  const clusters = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const cluster = random.int(0, centres - 1);
    clusters[i] = cluster;
    const centre = mixtures[cluster] as Float32Array;
    const [a, b] = [any(), any()];
    const vector = centre.map((value, j) => value + factor * ((a[j] as number) - (b[j] as number)));
    data.set(normalised(vector), i * columns);
  }
  return { vectors: { data, rows, columns }, clusters };
}

function normalised(vector: Float32Array): Float32Array {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return norm > 0 ? vector.map((value) => value / norm) : vector;
}
