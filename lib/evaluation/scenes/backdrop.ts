/** Where a scene takes place: stuff for the background, and where things can stand, lie or hang. */
import { type Canvas, draw, type Quad } from "./canvas.js";
import { type Material, material, type MaterialKind, surface } from "./materials.js";
import type { Random } from "./random.js";

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
const FLAT: readonly MaterialKind[] = [...FLOORS, "grass", "foliage", "rust"];

/** The surfaces of one world; scenes draw fresh pieces of them, so that stuff recurs and no picture of it does. */
export function materials(random: Random): Material[] {
  const kinds: MaterialKind[] = ["sky", "sky", "foliage", "foliage", "grass", "water", ...WALLS, ...FLOORS, ...GROUNDS];
  return kinds.map((kind, i) => material(random.fork(i), kind));
}

type Piece = (kinds: readonly MaterialKind[], width: number, height: number) => ReturnType<typeof surface>;

const level = { base: 1, u: 0, v: 0 };

function fillBand(
  target: Canvas,
  piece: Piece,
  kinds: readonly MaterialKind[],
  top: number,
  bottom: number,
  dim = 1,
): void {
  const height = Math.max(2, Math.ceil(bottom - top));
  const quad: Quad = [
    [0, top],
    [target.width, top],
    [target.width, bottom],
    [0, bottom],
  ];
  draw(target, piece(kinds, target.width, height), quad, { light: { base: dim, u: 0, v: 0 }, opacity: 1 });
}

/** A level plane from the horizon line down to the lower edge, in perspective. */
function fillPlane(
  target: Canvas,
  piece: Piece,
  kinds: readonly MaterialKind[],
  horizon: number,
  random: Random,
): void {
  const { width, height } = target;
  const spread = random.range(0.5, 1.6) * width;
  // Wide enough that the plane's upper edge spans the picture.
  const quad: Quad = [
    [-0.05 * width, horizon],
    [1.05 * width, horizon],
    [width + spread, height + 2],
    [-spread, height + 2],
  ];
  draw(target, piece(kinds, Math.round(width * 0.8), Math.round(height * 0.8)), quad, {
    light: { ...level, base: 0.82, v: 0.2 },
    opacity: 1,
  });
}

/** Paints a backdrop of a random kind. */
export function backdrop(target: Canvas, random: Random, stuff: readonly Material[]): Backdrop {
  const { width, height } = target;
  const piece: Piece = (kinds, w, h) => surface(random, random.pick(stuff.filter((m) => kinds.includes(m.kind))), w, h);
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
      // Outdoors: sky, a belt of foliage or houses, open ground.
      const horizon = random.range(0.3, 0.55) * height;
      fillBand(target, piece, ["sky"], 0, horizon);
      const belt = random.range(0.08, 0.3) * height;
      fillBand(
        target,
        piece,
        random.chance(0.7) ? ["foliage"] : ["brick", "concrete", "plaster"],
        horizon - belt,
        horizon,
        0.85,
      );
      fillPlane(target, piece, GROUNDS, horizon, random);
      return standing(horizon);
    }
    case 1: {
      // A table or floor before a wall.
      const horizon = random.range(0.25, 0.55) * height;
      fillBand(target, piece, WALLS, 0, horizon);
      fillPlane(target, piece, FLOORS, horizon, random);
      return standing(horizon);
    }
    case 2:
      // A wall seen from the front.
      fillBand(target, piece, WALLS, 0, height);
      return lying(0.12);
    case 3: {
      // Shelves.
      const rows = random.int(2, 3);
      fillBand(target, piece, ["planks", "plaster", "rust", "concrete"], 0, height, 0.5);
      const step = height / rows;
      const board = step * random.range(0.06, 0.12);
      const lift = random.range(-0.3, 0.1) * step;
      for (let row = 0; row <= rows; row++) {
        const y = lift + (row + 1) * step;
        fillBand(target, piece, ["wood", "planks", "rust", "plaster"], y, y + board, 0.9);
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
      fillBand(target, piece, FLAT, 0, height);
      return lying(1.2);
    default: {
      // By the water or a hedge: a close backdrop and ground.
      const horizon = random.range(0.35, 0.65) * height;
      fillBand(target, piece, ["foliage", "water", "grass"], 0, horizon, 0.9);
      fillPlane(target, piece, [...GROUNDS, "planks"], horizon, random);
      return standing(horizon);
    }
  }
}
