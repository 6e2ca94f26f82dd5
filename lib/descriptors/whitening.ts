import { checkArray, checkInteger, checkNumber, invalid, withDefaults } from "../check.js";
import { call, callAsync, type RunOptions } from "../native.js";
import { threadCount } from "../threads.js";
import { checkMatrix, type Matrix } from "./matrix.js";

/** How a whitening is learnt (section 3.5). */
export interface WhiteningOptions {
  /**
   * How much of the largest eigenvalue (supervised: of the mean one) is added to each before vectors are divided by its
   * root. Above 0. Little lets directions count in which the collection hardly differs, and ruins small collections;
   * much leaves the vectors as they are. 0.1 did well from hundreds of vectors on.
   */
  shrinkage: number;
}

/** Defaults of PCA whitening. */
export const WHITENING_DEFAULTS: Readonly<WhiteningOptions> = { shrinkage: 0.1 };
/** Defaults of supervised whitening, from some hundreds to some thousands of pairs. */
export const SUPERVISED_WHITENING_DEFAULTS: Readonly<WhiteningOptions> = { shrinkage: 0.3 };

/** What {@link Whitening.fit} takes besides the vectors. */
export interface WhiteningFitOptions extends Partial<WhiteningOptions> {
  /** Dimensions d of a whitened vector, 1 to the vectors' own; see {@link defaultDimensions}. */
  dimensions?: number | undefined;
  /** How many threads to use; default one a processor. The result does not depend on it. */
  threads?: number | undefined;
}

/** What {@link Whitening.fitSupervised} takes besides vectors and pairs. */
export interface SupervisedWhiteningFitOptions extends WhiteningFitOptions {
  /** Vectors (any number, c) that the pairs are of; default those that the whitening is for. */
  matching?: Matrix | undefined;
}

/**
 * Dimensions that `rows` vectors of `columns` values are whitened to unless told: an eighth of the number of vectors,
 * but from 16 to 256, and never more than `columns`.
 */
export function defaultDimensions({ rows, columns }: { rows: number; columns: number }): number {
  return Math.min(columns, 256, Math.max(16, Math.floor(rows / 8)));
}

/**
 * Whitening of descriptors (section 3.5): w(z) = l2( P (l2(z) - m) ), from c values to d.
 *
 * One is learnt a collection, on its region vectors, and used for regions, patches and global descriptors alike. A zero
 * vector, which has no direction, becomes a zero row, never NaN.
 */
export class Whitening {
  /** m (c): what is subtracted from each l2-normalised vector. */
  readonly mean: Float32Array;
  /** P (d, c). Each row's entry of largest magnitude is positive when learnt here. */
  readonly projection: Matrix;

  /** @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when sizes disagree or a value is not finite. */
  constructor({ mean, projection }: { mean: Float32Array; projection: Matrix }) {
    const { rows, columns, data } = checkMatrix(projection, "projection");
    if (rows < 1) throw invalid("projection.rows", "at least 1", rows);
    checkArray("mean", mean, Float32Array, columns);
    if (!mean.every(Number.isFinite)) throw invalid("mean", "finite in every value", "NaN or infinity among them");
    if (!data.every(Number.isFinite))
      throw invalid("projection", "finite in every value", "NaN or infinity among them");
    this.mean = mean;
    this.projection = projection;
  }

  /** Values c of a vector that it takes. */
  get channels(): number {
    return this.projection.columns;
  }

  /** Values d of a vector that it gives. */
  get dimensions(): number {
    return this.projection.rows;
  }

  /**
   * PCA whitening, learnt from vectors (n, c), which need not be normalised: rows of P are the leading eigenvectors of
   * their covariance, each over the root of its eigenvalue plus `shrinkage` times the largest.
   *
   * Vectors that do not differ (one, or all the same, or all zero) have no covariance to whiten by: m is then zero and
   * P an orthonormal basis that begins with their direction. Fewer vectors than dimensions are whitened in the
   * directions in which they differ; the rest of the basis is scaled by the shrinkage alone.
   *
   * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when there is no vector, a value is not finite or `dimensions` is
   * above c; `ERR_ABORTED`.
   */
  static async fit(vectors: Matrix, options?: WhiteningFitOptions, run: RunOptions = {}): Promise<Whitening> {
    const { rows, columns, data } = checkLearnable(vectors);
    const { shrinkage, threads, mean, projection } = resolve(
      "Whitening.fit options",
      vectors,
      options,
      WHITENING_DEFAULTS,
    );
    await callAsync(run, (native, control) =>
      native.fitWhitening(data, rows, columns, shrinkage, threads, mean, projection.data, control),
    );
    return new Whitening({ mean, projection });
  }

  /**
   * Supervised whitening (Mikolajczyk and Matas 2007; Radenovic et al. 2016), learnt from vectors (n, c) and pairs of
   * them (or of others, `matching`) that show the same thing: it makes the differences within pairs white, then keeps
   * the directions in which the vectors vary most.
   *
   * @param pairs two row indices of `matching` a pair, at least one pair.
   * @throws {LeitmotifError} as {@link Whitening.fit}, and when a pair names a vector that is not there.
   */
  static async fitSupervised(
    vectors: Matrix,
    pairs: Int32Array,
    { matching = vectors, ...options }: SupervisedWhiteningFitOptions = {},
    run: RunOptions = {},
  ): Promise<Whitening> {
    const { rows, columns, data } = checkLearnable(vectors);
    checkArray("pairs", pairs, Int32Array);
    checkMatrix(matching, "matching");
    if (matching.columns !== columns)
      throw invalid("matching.columns", `${columns}, as the vectors'`, matching.columns);
    const name = "Whitening.fitSupervised options";
    const { shrinkage, threads, mean, projection } = resolve(name, vectors, options, SUPERVISED_WHITENING_DEFAULTS);
    await callAsync(run, (native, control) =>
      native.fitWhiteningSupervised(
        data,
        rows,
        columns,
        matching.data,
        matching.rows,
        pairs,
        shrinkage,
        threads,
        mean,
        projection.data,
        control,
      ),
    );
    return new Whitening({ mean, projection });
  }

  /**
   * Whitens vectors (n, c) to unit rows (n, d), at once, on this thread: for a few. {@link Whitening.applyBatch} is for
   * many.
   *
   * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when the vectors do not have c values each, or one is not finite.
   */
  apply(vectors: Matrix): Matrix {
    const { rows, columns, data } = this.#checkVectors(vectors);
    const out = new Float32Array(rows * this.dimensions);
    call((native) =>
      native.applyWhitening(data, rows, columns, this.mean, this.projection.data, this.dimensions, 1, out),
    );
    return { data: out, rows, columns: this.dimensions };
  }

  /** {@link Whitening.apply} for many vectors, off the event loop. */
  async applyBatch(vectors: Matrix, options: { threads?: number } = {}, run: RunOptions = {}): Promise<Matrix> {
    const { rows, columns, data } = this.#checkVectors(vectors);
    withDefaults("Whitening.applyBatch options", options, {}, ["threads"]);
    const threads = threadCount(options.threads);
    const { mean, projection, dimensions } = this;
    const out = new Float32Array(rows * dimensions);
    await callAsync(run, (native, control) =>
      native.applyWhitening(data, rows, columns, mean, projection.data, dimensions, threads, out, control),
    );
    return { data: out, rows, columns: dimensions };
  }

  /** The same projection around another mean (c): each kind of global descriptor subtracts its own. */
  withMean(mean: Float32Array): Whitening {
    return new Whitening({ mean, projection: this.projection });
  }

  #checkVectors(vectors: Matrix): Matrix {
    checkMatrix(vectors, "vectors");
    if (vectors.columns !== this.channels) {
      throw invalid("vectors.columns", `${this.channels}, the channels that this whitening takes`, vectors.columns);
    }
    return vectors;
  }
}

function checkLearnable(vectors: Matrix): Matrix {
  if (checkMatrix(vectors, "vectors").rows < 1) {
    throw invalid("vectors", "at least one row to learn a whitening from", "none");
  }
  return vectors;
}

function resolve(
  name: string,
  vectors: Matrix,
  options: WhiteningFitOptions | undefined,
  defaults: Readonly<WhiteningOptions>,
) {
  const { shrinkage } = withDefaults(name, options, defaults, ["dimensions", "threads"]);
  const { columns } = vectors;
  const rows = checkInteger("dimensions", options?.dimensions ?? defaultDimensions(vectors), { min: 1, max: columns });
  return {
    shrinkage: checkNumber("shrinkage", shrinkage, { above: 0 }),
    threads: threadCount(options?.threads),
    mean: new Float32Array(columns),
    projection: { data: new Float32Array(rows * columns), rows, columns },
  };
}
