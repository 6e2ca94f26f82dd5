import { checkArray, checkNumber } from "../check.js";
import { type RegionGraph, SOLVE_DEFAULTS } from "../graph/region-graph.js";
import { callAsync, type RunOptions } from "../native.js";

/**
 * Why diffusion reaches a vertex. Its score is a sum over all walks through the graph from the vertices that the query
 * starts at (Iscen et al. 2017: f = (1 - alpha) sum over t of (alpha S)^t y); of each target this gives the walk that
 * contributes most.
 *
 * @param y (n) at least 0, what diffusion started from. @param targets vertices.
 * @returns for each target the vertices of its walk, from where it starts to the target itself: the target alone where
 *   the query found it directly; none where no walk reaches it.
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT`, `ERR_ABORTED`.
 */
export async function strongestPaths(
  graph: RegionGraph,
  y: Float32Array,
  targets: Int32Array,
  options: { alpha?: number | undefined } = {},
  run: RunOptions = {},
): Promise<number[][]> {
  checkArray("y", y, Float32Array, graph.size);
  checkArray("targets", targets, Int32Array);
  const alpha = checkNumber("alpha", options.alpha ?? SOLVE_DEFAULTS.alpha, { min: 0, below: 1 });
  const { indptr, indices, data } = graph.normalised();
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
