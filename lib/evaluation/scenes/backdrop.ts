/** Where a scene takes place: stuff for the background, and where things can stand, lie or hang. */
import { type Canvas, draw, type Point, type Quad } from "./canvas.js";
import { material, type MaterialKind, surface } from "./materials.js";
import { fractal } from "./noise.js";
import type { Random } from "./random.js";
import { type Level, type Sprite, sprite as spriteOf } from "./sprite.js";

/** A place for a thing: upright on `y`, or lying flat. */
export interface Spot {
  x: number;
  y: number;
  upright: boolean;
  /** How far things are turned in the picture's plane, radians. */
  roll: number;
  pitch: number;
  /** Relative size at this depth. */
  scale: number;
}

export interface Backdrop {
  /** A free place; called once a thing. Later in the drawing order: larger y for standing things. */
  spot(random: Random): Spot;
}

const WALLS: readonly MaterialKind[] = [
  "plaster",
  "brick",
  "planks",
  "tiles",
  "concrete",
  "fabric",
  "marble",
  "rust",
  "wood",
];
const FLOORS: readonly MaterialKind[] = ["wood", "planks", "tiles", "carpet", "concrete", "stones", "marble", "fabric"];
const GROUNDS: readonly MaterialKind[] = ["grass", "stones", "concrete", "water", "carpet"];
const level = { base: 1, u: 0, v: 0 };
const FLAT: readonly MaterialKind[] = [...FLOORS, "grass", "foliage", "rust"];

type Piece = (kinds: readonly MaterialKind[], width: number, height: number) => Sprite;

/** A strip across the picture whose upper and lower edge lean by `tilt` pixels. */
function fillBand(target: Canvas, sprite: Sprite, top: number, bottom: number, tilt: number, dim = 1): void {
  const quad: Quad = [
    [0, top - tilt],
    [target.width, top + tilt],
    [target.width, bottom + tilt],
    [0, bottom - tilt],
  ];
  draw(target, sprite, quad, { light: { base: dim, u: 0, v: 0 }, opacity: 1 });
}

/** The whole picture, turned: a wall, or the ground from above. */
function fillAll(target: Canvas, piece: Piece, kinds: readonly MaterialKind[], turn: number): void {
  const { width, height } = target;
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const half = (Math.abs(width * c) + Math.abs(height * s)) / 2 + 2;
  const rise = (Math.abs(width * s) + Math.abs(height * c)) / 2 + 2;
  const at = (x: number, y: number): Point => [width / 2 + x * c - y * s, height / 2 + x * s + y * c];
  const quad: Quad = [at(-half, -rise), at(half, -rise), at(half, rise), at(-half, rise)];
  draw(target, piece(kinds, Math.ceil(2 * half), Math.ceil(2 * rise)), quad, { light: level, opacity: 1 });
}

/** A level plane from the horizon line down to the lower edge, in perspective. */
function fillPlane(target: Canvas, sprite: Sprite, horizon: number, tilt: number, random: Random): void {
  const { width, height } = target;
  const spread = random.range(0.5, 1.6) * width;
  // Wide enough that the plane's upper edge spans the picture.
  const quad: Quad = [
    [-0.05 * width, horizon - tilt * 1.1],
    [1.05 * width, horizon + tilt * 1.1],
    [width + spread, height + 2 + Math.abs(tilt)],
    [-spread, height + 2 + Math.abs(tilt)],
  ];
  draw(target, sprite, quad, { light: { base: 0.82, u: 0, v: 0.2 }, opacity: 1 });
}

/** Gives a strip of surface a ragged upper edge: treetops, roofs, hills. */
function ragged(sprite: Sprite, random: Random): Sprite {
  const { data, width, height } = sprite.levels[0] as Level;
  const scale = random.range(8, 160);
  const skyline = fractal(random, width, 1, {
    scaleX: scale,
    scaleY: 1,
    octaves: 5,
    persistence: random.range(0.3, 0.7),
  });
  const depth = random.range(0.3, 0.95) * height;
  for (let x = 0; x < width; x++) {
    const top = (skyline[x] as number) * depth;
    for (let y = 0; y < top; y++) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 4);
  }
  return spriteOf({ data, width, height });
}

/** Pixels of a surface's texture to one of the picture: backgrounds are a little out of focus, and cheaper so. */
const SHARPNESS = 0.75;

/** Paints a backdrop of a random kind. */
export function backdrop(target: Canvas, random: Random): Backdrop {
  const { width, height } = target;
  const piece: Piece = (kinds, w, h) =>
    surface(random, material(random, random.pick(kinds)), Math.ceil(w * SHARPNESS), Math.ceil(h * SHARPNESS));
  const tilt = random.normal() * 0.02 * width;
  const floor = (kinds: readonly MaterialKind[]) => piece(kinds, width * 0.8, height * 0.8);
  const standing = (horizon: number): Backdrop => ({
    spot: (r) => {
      const t = r.next();
      const y = horizon + (height * 1.02 - horizon) * (0.12 + 0.88 * t);
      return {
        x: r.range(0.05, 0.95) * width,
        y,
        upright: true,
        roll: r.normal() * 0.05,
        pitch: r.range(0.08, 0.4),
        scale: 0.62 + 0.6 * t,
      };
    },
  });
  const lying = (spread: number): Backdrop => ({
    spot: (r) => ({
      x: r.range(0.06, 0.94) * width,
      y: r.range(0.08, 0.92) * height,
      upright: false,
      roll: r.normal() * spread,
      pitch: r.normal() * 0.22,
      scale: r.range(0.8, 1.15),
    }),
  });

  switch (random.int(0, 5)) {
    case 0: {
      // Outdoors: sky, a belt of foliage, hills or houses, open ground.
      const horizon = random.range(0.3, 0.55) * height;
      fillBand(target, piece(["sky"], width, horizon), -Math.abs(tilt), horizon + Math.abs(tilt), 0);
      const belt = random.range(0.08, 0.3) * height;
      const far = random.chance(0.7)
        ? (["foliage", "grass"] as const)
        : (["brick", "concrete", "plaster", "stones"] as const);
      fillBand(target, ragged(piece(far, width, belt), random), horizon - belt, horizon, tilt, 0.85);
      fillPlane(target, floor(GROUNDS), horizon, tilt, random);
      return standing(horizon);
    }
    case 1: {
      // A table or floor before a wall.
      const horizon = random.range(0.25, 0.55) * height;
      fillBand(target, piece(WALLS, width, horizon), -Math.abs(tilt), horizon + Math.abs(tilt), 0);
      fillPlane(target, floor(FLOORS), horizon, tilt, random);
      return standing(horizon);
    }
    case 2:
      // A wall seen from the front.
      fillAll(target, piece, WALLS, random.normal() * 0.06 + (random.chance(0.3) ? Math.PI / 2 : 0));
      return lying(0.12);
    case 3: {
      // Shelves.
      const rows = random.int(2, 3);
      fillAll(target, piece, ["planks", "plaster", "rust", "concrete", "brick", "fabric"], 0);
      const step = height / rows;
      const board = step * random.range(0.03, 0.14);
      const lift = random.range(-0.3, 0.1) * step;
      const boards = piece(["wood", "planks", "rust", "plaster", "marble", "concrete"], width, board);
      const dim = random.range(0.5, 1.1);
      for (let row = 0; row <= rows; row++) {
        const y = lift + (row + 1) * step;
        fillBand(target, boards, y, y + board, tilt * 0.5, dim);
      }
      return {
        spot: (r) => ({
          x: r.range(0.02, 0.98) * width,
          y: lift + (r.int(0, rows - 1) + 1) * step + 1,
          upright: true,
          roll: r.normal() * 0.025,
          pitch: r.range(-0.1, 0.15),
          scale: 0.95,
        }),
      };
    }
    case 4:
      // From above: things scattered on the ground.
      fillAll(target, piece, FLAT, random.range(0, Math.PI));
      return lying(1.2);
    default: {
      // By the water or a hedge: a close backdrop and ground.
      const horizon = random.range(0.35, 0.65) * height;
      fillBand(
        target,
        piece(["foliage", "water", "grass", "stones"], width, horizon),
        -Math.abs(tilt),
        horizon + Math.abs(tilt),
        0,
        0.9,
      );
      fillPlane(target, floor([...GROUNDS, "planks"]), horizon, tilt, random);
      return standing(horizon);
    }
  }
}
