import { checkBoolean, checkInteger, checkNumber, withDefaults } from "../check.js";
import { checkRectangle, type Rectangle } from "./region.js";

/** A grid of squares on several scales (Tolias 2016). */
export interface UniformOptions {
  /** Scales L: squares of side ⌊2 min(h, w) / (l + 1)⌋ at level l = 1 … L. */
  levels: number;
  /** Wanted overlap of neighbouring squares of the first level along the longer side, as a share of their side. */
  overlap: number;
}

/** Options of {@link uniformRegions}. */
export interface UniformRegionsOptions extends UniformOptions {
  /** Whether the whole map comes last as one more region, as in public R-MAC code. */
  wholeMap: boolean;
}

/** Defaults of {@link UniformRegionsOptions}: those of R-MAC. */
export const UNIFORM_DEFAULTS: Readonly<UniformRegionsOptions> = { levels: 3, overlap: 0.4, wholeMap: false };
/** Two scales inside each detected region (OS.EGM-Δ, section 4.4). */
export const UNIFORM_WITHIN_DEFAULTS: Readonly<UniformOptions> = { levels: 2, overlap: 0.4 };

const MAX_EXTRA = 6;
// Sides and starts are quotients that may fall a rounding error short of a whole number.
const SLACK = 1e-9;

/**
 * The uniform grid of R-MAC (Tolias, Sicre and Jégou 2016): level l has l squares along the short side and l + extra
 * along the long one, evenly spaced, `extra` (1 to 6; 0 on a square map) chosen for the wanted overlap. In order of
 * level, row and column; squares that coincide stay.
 *
 * @param height Rows of the map. @param width Columns of the map.
 */
export function uniformRegions(height: number, width: number, options?: Partial<UniformRegionsOptions>): Rectangle[] {
  const h = checkInteger("height", height, { min: 1 });
  const w = checkInteger("width", width, { min: 1 });
  const { levels, overlap, wholeMap } = withDefaults("options", options, UNIFORM_DEFAULTS);
  const squares = grid(h, w, levels, overlap);
  return checkBoolean("wholeMap", wholeMap) ? [...squares, { x0: 0, y0: 0, x1: w, y1: h }] : squares;
}

/** The uniform grid inside a rectangle, in the coordinates of the rectangle's map. */
export function uniformWithin(rectangle: Rectangle, options?: Partial<UniformOptions>): Rectangle[] {
  const { x0: left, y0: top, x1, y1 } = checkRectangle(rectangle);
  const { levels, overlap } = withDefaults("options", options, UNIFORM_WITHIN_DEFAULTS);
  return grid(y1 - top, x1 - left, levels, overlap).map(({ x0, y0, x1, y1 }) => ({
    x0: x0 + left,
    y0: y0 + top,
    x1: x1 + left,
    y1: y1 + top,
  }));
}

function grid(height: number, width: number, levels: number, overlap: number): Rectangle[] {
  checkInteger("levels", levels, { min: 1, max: 100 });
  checkNumber("overlap", overlap, { min: 0, below: 1 });
  const short = Math.min(height, width);
  const extra = extraSquares(short, Math.max(height, width), overlap);
  const squares: Rectangle[] = [];
  for (let level = 1; level <= levels; level++) {
    const side = Math.max(1, Math.floor((2 * short) / (level + 1) + SLACK));
    const columns = starts(width, side, level + (width > height ? extra : 0));
    for (const y0 of starts(height, side, level + (height > width ? extra : 0))) {
      for (const x0 of columns) squares.push({ x0, y0, x1: x0 + side, y1: y0 + side });
    }
  }
  return squares;
}

/** How many more squares stand along the long side: those whose overlap is nearest the wanted one, the fewest of equals. */
function extraSquares(short: number, long: number, overlap: number): number {
  if (long === short) return 0;
  let best = { extra: 1, miss: Number.POSITIVE_INFINITY };
  for (let extra = 1; extra <= MAX_EXTRA; extra++) {
    const miss = Math.abs(1 - (long - short) / extra / short - overlap);
    if (miss < best.miss - 1e-12) best = { extra, miss };
  }
  return best.extra;
}

function starts(length: number, side: number, count: number): number[] {
  if (count === 1) return [0];
  return Array.from({ length: count }, (_, i) => Math.floor((i * (length - side)) / (count - 1) + SLACK));
}
