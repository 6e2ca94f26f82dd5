import type { Matrix } from "../descriptors/matrix.js";

/** Region vectors that show the same things: what a whitening is supervised by. */
export interface MatchingPairs {
  /** (any number, c), not normalised. */
  matching: Matrix;
  /** Two rows of them a pair. */
  pairs: Int32Array;
}

/** What is known of one thing after another: the vectors of a group all match each other. */
export class PairCollector {
  readonly #vectors: Float32Array[] = [];
  readonly #pairs: number[] = [];
  readonly #columns: number;
  #rows = 0;

  /** @param columns Values c of a vector. */
  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Adds vectors (any number, c), row after row, and pairs of their rows. */
  add(vectors: Float32Array, pairs: Iterable<readonly [number, number]>): void {
    for (const [a, b] of pairs) this.#pairs.push(this.#rows + a, this.#rows + b);
    this.#vectors.push(vectors);
    this.#rows += vectors.length / this.#columns;
  }

  /** Undefined where there is no pair. */
  get result(): MatchingPairs | undefined {
    if (this.#pairs.length === 0) return undefined;
    const data = new Float32Array(this.#rows * this.#columns);
    let at = 0;
    for (const vectors of this.#vectors) {
      data.set(vectors, at);
      at += vectors.length;
    }
    return { matching: { data, rows: this.#rows, columns: this.#columns }, pairs: Int32Array.from(this.#pairs) };
  }
}
