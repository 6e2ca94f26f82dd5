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
  { height, width }: { height: number; width: number },
  name = "rectangles",
): readonly Rectangle[] {
  checkList(name, rectangles).forEach((rectangle, i) => checkRectangle(rectangle, { height, width }, `${name}[${i}]`));
  return rectangles;
}

export function checkRectangle(
  rectangle: unknown,
  { height, width }: { height: number; width: number },
  name = "rectangle",
): Rectangle {
  const { x0, y0, x1, y1 } = checkObject(name, rectangle);
  const left = checkInteger(`${name}.x0`, x0, { min: 0 });
  const top = checkInteger(`${name}.y0`, y0, { min: 0 });
  const right = checkInteger(`${name}.x1`, x1);
  const bottom = checkInteger(`${name}.y1`, y1);
  if (right <= left || bottom <= top || right > width || bottom > height) {
    throw invalid(
      name,
      `at least one cell within the map of ${width} x ${height} cells (x0 < x1 <= ${width}, y0 < y1 <= ${height})`,
      `x ${left}..${right}, y ${top}..${bottom}`,
    );
  }
  return { x0: left, y0: top, x1: right, y1: bottom };
}

/** Rectangles as the addon takes them: x0, y0, x1, y1 of each. */
export function packRectangles(rectangles: readonly Rectangle[]): Int32Array {
  const packed = new Int32Array(4 * rectangles.length);
  rectangles.forEach(({ x0, y0, x1, y1 }, i) => packed.set([x0, y0, x1, y1], 4 * i));
  return packed;
}
