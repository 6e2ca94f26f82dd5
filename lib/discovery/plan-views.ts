import type { Random } from "../evaluation/scenes/random.js";
import type { Size } from "../features/image.js";
import type { Light, Placement } from "../features/photo-view.js";
import type { PixelBox } from "../regions/pixel-box.js";

/** One view of a photo, of the photo's size: where it looks, in what light, and where the regions lie in it. */
export interface PlannedView {
  placement: Placement;
  light: Light;
  /** A box a region, in the view's pixels; it reaches beyond the view by no more than its half. */
  boxes: PixelBox[];
}

/** Regions of a photo (boxes in its pixels) and what shows them again. */
export interface ViewPlan {
  regions: PixelBox[];
  views: PlannedView[];
}

/** Regions of a photo that are looked at, and views of them besides the photo itself. */
export const REGIONS_A_PHOTO = 16;
export const VIEWS_A_PHOTO = 2;

// How far views of one thing differ: what one sees when one takes its photo again.
const PLACE = 0.15; // of the region's sides
const ZOOM = Math.log(1.2);
const TURN = (15 / 180) * Math.PI;
const EXPOSURE = 0.25; // in log
const CAST = 0.12; // in log, a channel
const GAMMA = 0.3; // in log
const SATURATION: readonly [number, number] = [0.6, 1.4];
/** Sides of squares that are drawn at random, as shares of the photo's shorter one. */
const SIDES: readonly [number, number] = [0.25, 0.9];

/**
 * Draws views of a photo by jitter of place, size, rotation, light and colour, and regions that every one of them
 * shows: those found in the photo, then random squares.
 */
export function planViews(photo: Size, found: readonly PixelBox[], random: Random): ViewPlan {
  const looks = Array.from({ length: VIEWS_A_PHOTO }, () => drawLook(photo, random));
  const regions: PixelBox[] = [];
  const views: PlannedView[] = looks.map(({ placement, light }) => ({ placement, light, boxes: [] }));
  const candidates = [...found, ...Array.from({ length: 3 * REGIONS_A_PHOTO }, () => drawSquare(photo, random))];
  for (const region of candidates) {
    if (regions.length === REGIONS_A_PHOTO) break;
    const boxes = looks.map((look) => seen(region, photo, look, random));
    if (!boxes.every((box) => reaches(box, photo))) continue;
    regions.push(region);
    boxes.forEach((box, i) => (views[i] as PlannedView).boxes.push(box));
  }
  return { regions, views };
}

interface Look {
  /** Pixels of the photo a pixel of the view. */
  zoom: number;
  turn: number;
  placement: Placement;
  light: Light;
}

function drawLook({ width, height }: Size, random: Random): Look {
  const zoom = Math.exp(random.range(-ZOOM, ZOOM));
  const turn = random.range(-TURN, TURN);
  const [cos, sin] = [zoom * Math.cos(turn), zoom * Math.sin(turn)];
  const [x, y] = [width / 2, height / 2];
  const exposure = random.range(-EXPOSURE, EXPOSURE);
  const gain = () => Math.exp(exposure + random.range(-CAST, CAST));
  return {
    zoom,
    turn,
    // Around the middle, which stays where it is.
    placement: { xx: cos, xy: -sin, x0: x - cos * x + sin * y, yx: sin, yy: cos, y0: y - sin * x - cos * y },
    light: {
      gains: [gain(), gain(), gain()],
      gamma: Math.exp(random.range(-GAMMA, GAMMA)),
      saturation: random.range(...SATURATION),
    },
  };
}

function drawSquare({ width, height }: Size, random: Random): PixelBox {
  const [least, most] = SIDES;
  const side = Math.min(width, height) * Math.exp(random.range(Math.log(least), Math.log(most)));
  return { x: random.range(0, width - side), y: random.range(0, height - side), width: side, height: side };
}

/** A region of the photo, shifted a little, as a look sees it. */
function seen({ x, y, width, height }: PixelBox, photo: Size, { zoom, turn }: Look, random: Random): PixelBox {
  const right = x + width / 2 + random.range(-PLACE, PLACE) * width - photo.width / 2;
  const down = y + height / 2 + random.range(-PLACE, PLACE) * height - photo.height / 2;
  const size = { width: width / zoom, height: height / zoom };
  return {
    x: (Math.cos(turn) * right + Math.sin(turn) * down) / zoom + photo.width / 2 - size.width / 2,
    y: (Math.cos(turn) * down - Math.sin(turn) * right) / zoom + photo.height / 2 - size.height / 2,
    ...size,
  };
}

/** Whether more than half of the box, along each axis, lies in the view. */
function reaches({ x, y, width, height }: PixelBox, view: Size): boolean {
  const inside = (begin: number, length: number, limit: number) =>
    Math.min(begin + length, limit) - Math.max(begin, 0) > Math.min(length, limit) / 2;
  return inside(x, width, view.width) && inside(y, height, view.height);
}
