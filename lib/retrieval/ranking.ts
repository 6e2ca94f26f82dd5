import { checkArray, checkInteger } from "../check.js";
import { callAsync, type RunOptions } from "../native.js";

/** Found vectors, the best first. */
export interface Hits {
  readonly ids: Int32Array;
  readonly scores: Float32Array;
}

/**
 * The `top` largest scores, descending, equal ones by smaller id.
 *
 * @param exclude ids passed over.
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when a score is NaN or an excluded id is no score's; `ERR_ABORTED`.
 */
export async function rank(
  scores: Float32Array,
  top: number = scores.length,
  exclude: Int32Array = new Int32Array(0),
  run: Pick<RunOptions, "signal"> = {},
): Promise<Hits> {
  checkArray("scores", scores, Float32Array);
  checkArray("exclude", exclude, Int32Array);
  const ids = new Int32Array(Math.min(checkInteger("top", top, { min: 0 }), scores.length));
  const count = await callAsync(run, (native, control) => native.rank(scores, exclude, ids, control));
  const found = ids.slice(0, count);
  return { ids: found, scores: Float32Array.from(found, (id) => scores[id] as number) };
}
