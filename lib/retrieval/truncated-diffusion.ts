import { checkArray, checkNumber, checkInteger, withDefaults } from "../check.js";
import { type RegionGraph, SOLVE_DEFAULTS, type SolveOptions } from "../graph/region-graph.js";
import { callAsync, type RunOptions } from "../native.js";
import { threadCount } from "../threads.js";

/**
 * Diffusion over some vertices alone (Iscen et al. 2017, section 5): L f = y on their rows and columns, which are not
 * normalised anew. With the vertices nearest to the query it costs what those cost, however large the graph.
 *
 * @param ids vertices, ascending, each once.
 * @param y (n) over all vertices; what lies outside `ids` does not count.
 * @returns f (n), 0 outside `ids`.
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT`, `ERR_ABORTED`.
 */
export async function diffuseTruncated(
  graph: RegionGraph,
  ids: Int32Array,
  y: Float32Array,
  options?: Partial<SolveOptions> & { threads?: number | undefined },
  run: RunOptions = {},
): Promise<Float32Array> {
  const o = withDefaults("diffuseTruncated options", options, SOLVE_DEFAULTS, ["threads"]);
  const alpha = checkNumber("alpha", o.alpha, { min: 0, below: 1 });
  const tolerance = checkNumber("tolerance", o.tolerance, { min: 0 });
  const maxIterations = checkInteger("maxIterations", o.maxIterations, { min: 0 });
  const threads = threadCount(options?.threads);
  checkArray("ids", ids, Int32Array);
  checkArray("y", y, Float32Array, graph.size);
  const { indptr, indices, data } = graph.normalised();
  const within = Float32Array.from(ids, (id) => y[id] ?? 0);
  const solved = new Float32Array(ids.length);
  await callAsync(run, (native, control) =>
    native.solveTruncated(
      indptr,
      indices,
      data,
      ids,
      alpha,
      within,
      tolerance,
      maxIterations,
      threads,
      solved,
      control,
    ),
  );
  const f = new Float32Array(graph.size);
  ids.forEach((id, i) => (f[id] = solved[i] as number));
  return f;
}
