import { checkInteger, checkList, checkObject, invalid } from "../check.js";

/** Some cells of a map: columns x0..x1 and rows y0..y1, the ends exclusive, so that `x1 - x0` is its width in cells. */
export interface Rectangle {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** A rectangle detected in a saliency map (section 3.4). */
export interface Region extends Rectangle {
  /** Mixing coefficient pi of its component, in (0, 1]; those of all components sum to 1. */
  readonly weight: number;
  /** Mean of the map over the rectangle (eq. 9). */
  readonly saliency: number;
}

/** Checks rectangles of at least one cell that lie within a map of `height` x `width` cells. */
export function checkRectangles(
  rectangles: readonly Rectangle[],
  map: { height: number; width: number },
  name = "rectangles",
): readonly Rectangle[] {
  checkList(name, rectangles).forEach((rectangle, i) => checkRectangle(rectangle, map, `${name}[${i}]`));
  return rectangles;
}

/** Checks that a rectangle has at least one cell and lies within the map, where one is given. */
export function checkRectangle(
  rectangle: unknown,
  map: { height: number; width: number } = { height: Number.POSITIVE_INFINITY, width: Number.POSITIVE_INFINITY },
  name = "rectangle",
): Rectangle {
  const fields = checkObject(name, rectangle);
  const x0 = checkInteger(`${name}.x0`, fields.x0, { min: 0 });
  const y0 = checkInteger(`${name}.y0`, fields.y0, { min: 0 });
  const x1 = checkInteger(`${name}.x1`, fields.x1);
  const y1 = checkInteger(`${name}.y1`, fields.y1);
  if (x1 <= x0 || y1 <= y0 || x1 > map.width || y1 > map.height) {
    const within = Number.isFinite(map.width) ? ` within the map of ${map.width} x ${map.height} cells` : "";
    throw invalid(name, `at least one cell${within}, ends exclusive`, `x ${x0}..${x1}, y ${y0}..${y1}`);
  }
  return { x0, y0, x1, y1 };
}

/** Rectangles as the addon takes them: x0, y0, x1, y1 of each. */
export function packRectangles(rectangles: readonly Rectangle[]): Int32Array {
  const packed = new Int32Array(4 * rectangles.length);
  rectangles.forEach(({ x0, y0, x1, y1 }, i) => packed.set([x0, y0, x1, y1], 4 * i));
  return packed;
}
