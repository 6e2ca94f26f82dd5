import { checkInteger, checkList, checkNumber, checkObject } from "../check.js";

/** A box in pixels of an image: from (x, y), the upper left corner, over `width` and `height`; fractions allowed. */
export interface PixelBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Size of an image in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

export function checkPixelBoxes(boxes: readonly PixelBox[], image: ImageSize, name = "boxes"): readonly PixelBox[] {
  checkObject("image", image);
  checkInteger("image.width", image.width, { min: 1 });
  checkInteger("image.height", image.height, { min: 1 });
  checkList(name, boxes).forEach((box, i) => checkPixelBox(box, `${name}[${i}]`));
  return boxes;
}

/** Checks that a box is finite and has an area; it may reach beyond its image. */
export function checkPixelBox(box: unknown, name = "box"): PixelBox {
  const { x, y, width, height } = checkObject(name, box);
  return {
    x: checkNumber(`${name}.x`, x),
    y: checkNumber(`${name}.y`, y),
    width: checkNumber(`${name}.width`, width, { above: 0 }),
    height: checkNumber(`${name}.height`, height, { above: 0 }),
  };
}

/** Area of the intersection over area of the union, 0..1. */
export function intersectionOverUnion(a: PixelBox, b: PixelBox): number {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (across <= 0 || down <= 0) return 0;
  const both = across * down;
  return both / (a.width * a.height + b.width * b.height - both);
}
