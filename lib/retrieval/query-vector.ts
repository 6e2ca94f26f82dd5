import { checkArray, checkInteger, checkNumber, withDefaults } from "../check.js";
import { checkMatrix, type Matrix } from "../descriptors/matrix.js";
import type { NeighbourIndex } from "../graph/neighbour-index.js";
import { NEIGHBOUR_DEFAULTS, type NeighbourMethod, nearestNeighbours } from "../graph/neighbours.js";
import type { RunOptions } from "../native.js";

/** Options of {@link queryVector}. */
export interface QueryVectorOptions {
  /** k_q: how many nearest vectors of each query diffusion starts from. More reach further and bring in clutter. */
  kQuery: number;
  /** gamma: power to which similarities are raised. */
  gamma: number;
  /** How neighbours are found. */
  method: NeighbourMethod;
}

/** Defaults of {@link QueryVectorOptions}. */
export const QUERY_VECTOR_DEFAULTS: Readonly<QueryVectorOptions> = {
  kQuery: 10,
  gamma: 3,
  method: NEIGHBOUR_DEFAULTS.method,
};

/**
 * y (n): what diffusion starts from. For each row of `queries` its `kQuery` nearest vectors get max(s, 0)^gamma, summed
 * over the rows (Iscen et al. 2017, sections 3 and 4); all others get 0.
 *
 * @param queries (r, d): one row for a global descriptor, several for regions, images or boxes of one object.
 * @param options `exclude`: vectors that are passed over, such as the query's own. `index`: of the vectors, to find the
 *   nearest with, whatever `method` says.
 */
export async function queryVector(
  queries: Matrix,
  vectors: Matrix,
  options?: Partial<QueryVectorOptions> & {
    exclude?: Int32Array | undefined;
    index?: NeighbourIndex | undefined;
    threads?: number | undefined;
  },
  run: RunOptions = {},
): Promise<Float32Array> {
  const o = withDefaults("queryVector options", options, QUERY_VECTOR_DEFAULTS, ["exclude", "index", "threads"]);
  checkMatrix(queries, "queries");
  const kQuery = checkInteger("kQuery", o.kQuery, { min: 1 });
  const gamma = checkNumber("gamma", o.gamma, { min: 0 });
  const passed = new Set(checkArray("exclude", options?.exclude ?? new Int32Array(0), Int32Array));
  const y = new Float64Array(checkMatrix(vectors, "vectors").rows);
  const wanted = { k: kQuery + passed.size, threads: options?.threads };
  const found = options?.index
    ? await options.index.search(queries, wanted, run)
    : await nearestNeighbours(queries, vectors, { ...wanted, method: o.method }, run);
  for (let row = 0; row < found.rows; row++) {
    let taken = 0;
    for (let j = row * found.k; j < (row + 1) * found.k && taken < kQuery; j++) {
      const id = found.ids[j] as number;
      if (passed.has(id)) continue;
      taken++;
      y[id] = (y[id] as number) + Math.max(found.similarities[j] as number, 0) ** gamma;
    }
  }
  return new Float32Array(y);
}
