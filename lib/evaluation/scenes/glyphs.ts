/**
 * A stroke alphabet of our own, so that scenes need no installed font. A glyph is an SVG path on a grid 4 wide and 6
 * high (baseline y = 6, capitals from 0, small letters from 2, descenders to 7.6); typefaces are ways of drawing it.
 */
import { type Colour, css } from "./colour.js";
import type { Random } from "./random.js";

const GLYPHS: Record<string, string> = {
  A: "M0 6L2 0L4 6M.8 4L3.2 4",
  B: "M0 6L0 0L2.4 0C4 0 4 2.8 2.4 2.8L0 2.8M2.4 2.8C4.4 2.8 4.4 6 2.4 6L0 6",
  C: "M4 1.2C3 -.6 0 -.4 0 3C0 6.4 3 6.6 4 4.8",
  D: "M0 6L0 0L1.8 0C4.7 0 4.7 6 1.8 6L0 6",
  E: "M4 0L0 0L0 6L4 6M0 3L3 3",
  F: "M4 0L0 0L0 6M0 3L3 3",
  G: "M4 1.2C3 -.6 0 -.4 0 3C0 6.4 3 6.6 4 4.8L4 3.2L2.4 3.2",
  H: "M0 0L0 6M4 0L4 6M0 3L4 3",
  I: "M2 0L2 6",
  J: "M3.2 0L3.2 4C3.2 6.6 .2 6.6 .2 4.4",
  K: "M0 0L0 6M4 0L0 3.4M1.4 2.4L4 6",
  L: "M0 0L0 6L3.8 6",
  M: "M0 6L0 0L2 3.6L4 0L4 6",
  N: "M0 6L0 0L4 6L4 0",
  O: "M2 0C-.7 0 -.7 6 2 6C4.7 6 4.7 0 2 0",
  P: "M0 6L0 0L2.4 0C4.4 0 4.4 3.4 2.4 3.4L0 3.4",
  Q: "M2 0C-.7 0 -.7 6 2 6C4.7 6 4.7 0 2 0M2.4 4.4L4.2 6.4",
  R: "M0 6L0 0L2.4 0C4.4 0 4.4 3.2 2.4 3.2L0 3.2M2 3.2L4 6",
  S: "M3.8 1.2C3.2 -.5 .2 -.4 .2 1.5C.2 3.6 3.9 2.4 3.9 4.5C3.9 6.5 .6 6.5 0 4.8",
  T: "M0 0L4 0M2 0L2 6",
  U: "M0 0L0 4C0 6.7 4 6.7 4 4L4 0",
  V: "M0 0L2 6L4 0",
  W: "M-.2 0L.9 6L2 1.4L3.1 6L4.2 0",
  X: "M0 0L4 6M4 0L0 6",
  Y: "M0 0L2 3L4 0M2 3L2 6",
  Z: "M0 0L4 0L0 6L4 6",
  a: "M3.4 2.4L3.4 6M3.4 3.4C2.8 1.5 .1 1.8 .1 4.1C.1 6.4 2.8 6.5 3.4 4.8",
  b: "M.2 0L.2 6M.2 3.4C.8 1.5 3.6 1.8 3.6 4.1C3.6 6.4 .8 6.5 .2 4.8",
  c: "M3.4 3C2.6 1.6 .1 1.8 .1 4.1C.1 6.4 2.6 6.5 3.4 5.2",
  d: "M3.4 0L3.4 6M3.4 3.4C2.8 1.5 .1 1.8 .1 4.1C.1 6.4 2.8 6.5 3.4 4.8",
  e: "M.1 4L3.5 4C3.5 1.4 .1 1.5 .1 4.1C.1 6.4 2.6 6.5 3.4 5.2",
  f: "M3 .6C2 -.2 1.2 .2 1.2 1.6L1.2 6M0 2.4L2.6 2.4",
  g: "M3.4 2.2L3.4 6C3.4 8 .8 7.8 .2 7M3.4 3.4C2.8 1.5 .1 1.8 .1 4.1C.1 6.2 2.8 6.3 3.4 4.8",
  h: "M.2 0L.2 6M.2 3.6C.8 1.8 3.4 1.8 3.4 3.8L3.4 6",
  i: "M1.2 2.2L1.2 6M1.2 .6L1.2 .9",
  j: "M1.8 2.2L1.8 6.6C1.8 7.6 .8 7.7 .2 7.4M1.8 .6L1.8 .9",
  k: "M.2 0L.2 6M3.2 2.2L.2 4.4M1.4 3.6L3.4 6",
  l: "M1.2 0L1.2 6",
  m: "M0 6L0 2.2M0 3.4C.5 1.8 2 1.8 2 3.4L2 6M2 3.4C2.5 1.8 4 1.8 4 3.4L4 6",
  n: "M.2 6L.2 2.2M.2 3.6C.8 1.8 3.4 1.8 3.4 3.8L3.4 6",
  o: "M1.8 2.2C-.5 2.2 -.5 6 1.8 6C4.1 6 4.1 2.2 1.8 2.2",
  p: "M.2 2.2L.2 7.6M.2 3.4C.8 1.5 3.6 1.8 3.6 4.1C3.6 6.4 .8 6.5 .2 4.8",
  q: "M3.4 2.2L3.4 7.6M3.4 3.4C2.8 1.5 .1 1.8 .1 4.1C.1 6.4 2.8 6.5 3.4 4.8",
  r: "M.4 6L.4 2.2M.4 3.8C.8 2.4 2 1.9 3 2.4",
  s: "M3 2.9C2.4 1.8 .3 1.9 .3 3.1C.3 4.5 3.2 3.7 3.2 5C3.2 6.4 .8 6.3 .1 5.2",
  t: "M1.4 .8L1.4 5C1.4 6.2 2.4 6.2 3 5.8M.2 2.3L2.8 2.3",
  u: "M.2 2.2L.2 4.4C.2 6.5 2.8 6.4 3.4 4.6M3.4 2.2L3.4 6",
  v: "M.2 2.2L1.8 6L3.4 2.2",
  w: "M0 2.2L1 6L2 2.8L3 6L4 2.2",
  x: "M.2 2.2L3.4 6M3.4 2.2L.2 6",
  y: "M.2 2.2L1.9 5.8M3.5 2.2L1.4 7.6",
  z: "M.2 2.3L3.4 2.3L.2 6L3.4 6",
  "0": "M2 0C-.6 0 -.6 6 2 6C4.6 6 4.6 0 2 0M3 1.2L1 4.8",
  "1": "M.6 1.4L2.2 0L2.2 6M.6 6L3.8 6",
  "2": "M.2 1.4C.6 -.5 3.8 -.5 3.8 1.6C3.8 3.2 1 4.2 .1 6L4 6",
  "3": "M.2 .8C1 -.4 3.7 -.3 3.7 1.4C3.7 2.8 2.4 2.8 1.6 2.8C2.6 2.8 4 2.9 4 4.4C4 6.5 .8 6.5 0 5",
  "4": "M3 6L3 0L0 4.2L4 4.2",
  "5": "M3.8 0L.6 0L.3 2.8C1.6 1.8 4 2 4 4.1C4 6.5 .8 6.5 0 5.1",
  "6": "M3.6 .8C2 -.8 0 1 0 4C0 6.7 4 6.7 4 4.2C4 1.8 .8 1.9 .1 3.8",
  "7": "M0 0L4 0L1.4 6",
  "8": "M2 2.8C-.2 2.8 -.2 0 2 0C4.2 0 4.2 2.8 2 2.8C-.7 2.8 -.7 6 2 6C4.7 6 4.7 2.8 2 2.8",
  "9": "M3.9 2.2C3.2 4.1 0 4.2 0 1.8C0 -.7 4 -.7 4 2C4 5 2 6.8 .4 5.2",
  "&": "M4 3.4C3.6 5.4 1.8 6.4 .8 5.6C-.8 4.4 .6 3.4 1.8 2.6C3 1.8 2.8 0 1.8 0C.6 0 .6 1.6 1.4 2.6L4 6",
  "%": "M4 0L0 6M.8 .2C-.2 .2 -.2 2.2 .8 2.2C1.8 2.2 1.8 .2 .8 .2M3.2 3.8C2.2 3.8 2.2 5.8 3.2 5.8C4.2 5.8 4.2 3.8 3.2 3.8",
  "!": "M1.4 0L1.4 4M1.4 5.7L1.4 6",
  "-": "M.6 3.2L3.2 3.2",
};
const NARROW: Record<string, number> = { I: 2.6, i: 2, l: 2, j: 2.4, f: 3, r: 3.2, t: 3.2, "!": 2.4, "1": 3.8 };
const LOWER_WIDTH = 3.7;

/** One way of drawing the alphabet. Lengths are in grid units. */
export interface Typeface {
  weight: number;
  width: number;
  slant: number;
  spacing: number;
  cap: "butt" | "round" | "square";
  serif: boolean;
  /** Cuts in the strokes, as in stencils or dotted lettering. */
  dashes: string | undefined;
  /** A thinner line in the ground's colour along each stroke. */
  inline: boolean;
  letterCase: "upper" | "lower" | "capital";
}

export function typeface(random: Random): Typeface {
  const weight = random.pick([0.35, 0.55, 0.8, 1.1, 1.45]) * random.range(0.85, 1.15);
  return {
    weight,
    width: random.pick([0.55, 0.8, 1, 1, 1.35]),
    slant: random.chance(0.3) ? random.range(-0.38, -0.12) : 0,
    spacing: weight + random.range(0.5, 1.5),
    cap: random.pick(["butt", "round", "square"] as const),
    serif: random.chance(0.35),
    dashes: random.chance(0.08) ? random.pick([".5 .5", "1.6 .35", ".1 .7"]) : undefined,
    inline: weight > 1 && random.chance(0.3),
    letterCase: random.pick(["upper", "upper", "lower", "capital"] as const),
  };
}

export function advance(character: string, face: Typeface): number {
  if (character === " ") return 2.2 * face.width;
  const narrow = NARROW[character] ?? (character >= "a" && character <= "z" ? LOWER_WIDTH : 4);
  return narrow * face.width + face.spacing;
}

/** Short bars at those ends of strokes that lie on the baseline or at a letter's top. */
function serifs(path: string): string {
  return path
    .split("M")
    .filter(Boolean)
    .flatMap((stroke) => {
      const numbers = stroke.match(/-?\d*\.?\d+/g)?.map(Number) ?? [];
      return [numbers.slice(0, 2), numbers.slice(-2)];
    })
    .filter(([, y]) => y === 0 || y === 6 || y === 2.2)
    .map(([x, y]) => `M${(x ?? 0) - 0.7} ${y}h1.4`)
    .join("");
}

/**
 * `text` as an SVG group whose capitals are `height` high, its left baseline end at the origin; with its width.
 * Characters outside the alphabet are left out.
 */
export function lettering(
  text: string,
  face: Typeface,
  height: number,
  ink: Colour,
  ground: Colour,
): { svg: string; width: number } {
  const cased =
    face.letterCase === "upper"
      ? text.toUpperCase()
      : face.letterCase === "lower"
        ? text.toLowerCase()
        : text.replace(/\b\w+/g, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());
  const scale = height / 6;
  let x = 0;
  let glyphs = "";
  let bars = "";
  for (const character of cased) {
    const path = GLYPHS[character];
    if (path !== undefined) {
      const place = `transform="translate(${x.toFixed(2)} -6) scale(${face.width} 1)"`;
      glyphs += `<path ${place} d="${path}"/>`;
      if (face.serif) bars += `<path ${place} d="${serifs(path)}"/>`;
    }
    x += advance(character, face);
  }
  const dashes = face.dashes === undefined ? "" : `stroke-dasharray="${face.dashes}"`;
  const style = `fill="none" stroke-linecap="${face.cap}" stroke-linejoin="${face.cap === "round" ? "round" : "miter"}"`;
  const layers = [
    `<g ${style} ${dashes} stroke="${css(ink)}" stroke-width="${face.weight.toFixed(2)}">${glyphs}</g>`,
    face.serif ? `<g fill="none" stroke="${css(ink)}" stroke-width="${Math.min(face.weight, 0.6)}">${bars}</g>` : "",
    face.inline
      ? `<g ${style} stroke="${css(ground)}" stroke-width="${(face.weight * 0.25).toFixed(2)}">${glyphs}</g>`
      : "",
  ];
  return {
    svg: `<g transform="scale(${scale.toFixed(4)}) skewX(${((Math.atan(face.slant) * 180) / Math.PI).toFixed(1)})">${layers.join("")}</g>`,
    width: Math.max(x - face.spacing, 0.1) * scale,
  };
}

const ONSETS = [
  "b",
  "br",
  "c",
  "ch",
  "d",
  "dr",
  "f",
  "fl",
  "g",
  "gr",
  "h",
  "j",
  "k",
  "kl",
  "l",
  "m",
  "n",
  "p",
  "pr",
  "qu",
  "r",
  "s",
  "st",
  "t",
  "tr",
  "v",
  "w",
  "z",
];
const VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "oo", "y", "io"];
const CODAS = ["", "", "", "n", "r", "s", "x", "l", "m", "nd", "ck", "st"];

/** An invented, pronounceable word. */
export function word(random: Random, syllables = random.int(1, 3)): string {
  return Array.from({ length: syllables }, () => random.pick(ONSETS) + random.pick(VOWELS) + random.pick(CODAS)).join(
    "",
  );
}

/** A sign of an invented script: strokes between the points of a small grid, on the same grid of 4 by 6. */
export function inventedGlyph(random: Random): string {
  const point = () => `${random.int(0, 2) * 2} ${random.int(0, 3) * 2}`;
  let path = "";
  for (let stroke = random.int(2, 4); stroke > 0; stroke--)
    path += `M${point()}${random.chance(0.4) ? `Q${point()} ${point()}` : `L${point()}`}`;
  return path;
}
