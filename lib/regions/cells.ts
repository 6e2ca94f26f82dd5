import { checkInteger, checkObject, invalid } from "../check.js";
import { checkPixelBox, type ImageSize, type PixelBox } from "./pixel-box.js";
import { checkRectangle, type Rectangle } from "./region.js";

/** Size of a map in cells. */
export interface MapSize {
  readonly width: number;
  readonly height: number;
}

// A box made from cells gives them back, whatever the rounding of its sides.
const SLACK = 1e-9;

/**
 * The pixels of an image that a rectangle of map cells covers: cell x of w covers pixels x · W / w to (x + 1) · W / w.
 * Sides may be fractions.
 *
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when the rectangle is empty or leaves the map.
 */
export function toPixelBox(rectangle: Rectangle, map: MapSize, image: ImageSize): PixelBox {
  const across = checkSize("image", image).width / checkSize("map", map).width;
  const down = image.height / map.height;
  const { x0, y0, x1, y1 } = checkRectangle(rectangle, map);
  return { x: x0 * across, y: y0 * down, width: (x1 - x0) * across, height: (y1 - y0) * down };
}

/**
 * The map cells that a pixel box touches: ⌊x0 · w / W⌋ to ⌈x1 · w / W⌉, clipped to the map.
 *
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when the box has no area or lies outside the image.
 */
export function toCellRectangle(box: PixelBox, map: MapSize, image: ImageSize): Rectangle {
  const across = checkSize("map", map).width / checkSize("image", image).width;
  const down = map.height / image.height;
  const { x, y, width, height } = checkPixelBox(box);
  const [x0, x1] = touched(x * across, (x + width) * across, map.width);
  const [y0, y1] = touched(y * down, (y + height) * down, map.height);
  if (x0 >= x1 || y0 >= y1) {
    throw invalid(
      "box",
      `at least partly within the image of ${image.width} x ${image.height} pixels`,
      `x ${x}..${x + width}, y ${y}..${y + height}`,
    );
  }
  return { x0, y0, x1, y1 };
}

function touched(begin: number, end: number, cells: number): [number, number] {
  const first = Math.floor(begin + SLACK);
  return [Math.max(0, first), Math.min(cells, Math.max(first + 1, Math.ceil(end - SLACK)))];
}

function checkSize<T extends MapSize>(name: string, size: T): T {
  checkObject(name, size);
  checkInteger(`${name}.width`, size.width, { min: 1 });
  checkInteger(`${name}.height`, size.height, { min: 1 });
  return size;
}
