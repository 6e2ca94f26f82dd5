import { checkArray, checkNumber } from "../check.js";
import { type RegionGraph, SOLVE_DEFAULTS } from "../graph/region-graph.js";
import type { SparseMatrix } from "../graph/sparse-matrix.js";
import { callAsync, type RunOptions } from "../native.js";

/**
 * Why diffusion reaches a vertex. Its score is a sum over all walks through the graph from the vertices that the query
 * starts at (Iscen et al. 2017: f = (1 - alpha) sum over t of (alpha S)^t y); of each target this gives the walk that
 * contributes most.
 *
 * @param y (n) at least 0, what diffusion started from. @param targets vertices.
 * @param options `within`: vertices, ascending, that walks keep to, where diffusion was truncated to them.
 * @returns for each target the vertices of its walk, from where it starts to the target itself: the target alone where
 *   the query found it directly; none where no walk reaches it.
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT`, `ERR_ABORTED`.
 */
export async function strongestPaths(
  graph: RegionGraph,
  y: Float32Array,
  targets: Int32Array,
  options: { alpha?: number | undefined; within?: Int32Array | undefined } = {},
  run: RunOptions = {},
): Promise<number[][]> {
  checkArray("y", y, Float32Array, graph.size);
  checkArray("targets", targets, Int32Array);
  const alpha = checkNumber("alpha", options.alpha ?? SOLVE_DEFAULTS.alpha, { min: 0, below: 1 });
  const whole = graph.normalised();
  const { indptr, indices, data } = options.within
    ? keepTo(whole, checkArray("within", options.within, Int32Array))
    : whole;
  const before = new Int32Array(graph.size);
  await callAsync(run, (native, control) =>
    native.strongestPaths(indptr, indices, data, alpha, y, targets, before, control),
  );
  return Array.from(targets, (target) => {
    const path: number[] = [];
    for (let v = target; v >= 0; v = before[v] as number) {
      path.unshift(v);
      if (before[v] === v) return path;
    }
    return [];
  });
}

/** The matrix without the entries of other rows and columns than these. */
function keepTo(matrix: SparseMatrix, ids: Int32Array): SparseMatrix {
  const kept = new Uint8Array(matrix.rows);
  for (const id of ids) kept[id] = 1;
  const indptr = new Int32Array(matrix.rows + 1);
  const indices: number[] = [];
  const data: number[] = [];
  for (let row = 0; row < matrix.rows; row++) {
    const end = kept[row] ? (matrix.indptr[row + 1] as number) : 0;
    for (let p = matrix.indptr[row] as number; p < end; p++) {
      const column = matrix.indices[p] as number;
      if (!kept[column]) continue;
      indices.push(column);
      data.push(matrix.data[p] as number);
    }
    indptr[row + 1] = indices.length;
  }
  return { ...matrix, indptr, indices: Int32Array.from(indices), data: Float32Array.from(data) };
}
