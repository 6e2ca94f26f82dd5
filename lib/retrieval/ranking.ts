import { checkArray, checkInteger } from "../check.js";

/** Found vectors, the best first. */
export interface Hits {
  readonly ids: Int32Array;
  readonly scores: Float32Array;
}

/**
 * The `top` largest scores, descending, equal ones by smaller id.
 *
 * @param exclude ids passed over.
 */
export function rank(scores: Float32Array, top: number = scores.length, exclude?: Int32Array): Hits {
  checkArray("scores", scores, Float32Array);
  checkInteger("top", top, { min: 0 });
  const passed = new Set(exclude);
  const order = Array.from(scores.keys()).filter((id) => !passed.has(id));
  order.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  const ids = Int32Array.from(order.slice(0, top));
  return { ids, scores: Float32Array.from(ids, (id) => scores[id] as number) };
}
