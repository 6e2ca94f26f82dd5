/** The picture under construction: colours, and which thing each pixel shows. */
import type { Level, Sprite } from "./sprite.js";

export type Point = readonly [number, number];
/** Corners in the order upper left, upper right, lower right, lower left of the sprite. */
export type Quad = readonly [Point, Point, Point, Point];

export interface Canvas {
  width: number;
  height: number;
  /** RGB, 0..255 where exposed normally; row-major. */
  rgb: Float32Array;
  /** Number of the thing on top at each pixel; 0 is background. */
  owner: Uint16Array;
}

export function canvas(width: number, height: number): Canvas {
  return { width, height, rgb: new Float32Array(width * height * 3), owner: new Uint16Array(width * height) };
}

/** How a sprite is laid on the canvas. */
export interface Paint {
  /** Brightness at the four corners' u and v: base + u * alongU + v * alongV. */
  light: { base: number; u: number; v: number };
  opacity: number;
  /** Owner number to write where the sprite covers; undefined leaves owners alone (shadows, reflections). */
  owner?: number | undefined;
  /** The surface of a body of revolution instead of a plane. */
  round?: Round | undefined;
}

/** A body of revolution seen from its side, its axis along v. */
export interface Round {
  /** Half width at v = 0..1, relative to the quad's half width; evenly spaced. */
  profile: Float32Array;
  /** Which part of the label faces the viewer, in turns. */
  turn: number;
  /** Where the light comes from, -1 left .. 1 right. */
  lightFrom: number;
  /** Strength of the highlight. */
  gloss: number;
}

/** Coefficients of the map from canvas to the unit square of `quad` (projective; Heckbert 1989). */
function inverse(quad: Quad): Float64Array | undefined {
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = quad;
  const [dx1, dx2, sx] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3];
  const [dy1, dy2, sy] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3];
  const determinant = dx1 * dy2 - dx2 * dy1;
  if (Math.abs(determinant) < 1e-9) return undefined;
  const g = (sx * dy2 - dx2 * sy) / determinant;
  const h = (dx1 * sy - sx * dy1) / determinant;
  const [a, b, c] = [x1 - x0 + g * x1, x3 - x0 + h * x3, x0];
  const [d, e, f] = [y1 - y0 + g * y1, y3 - y0 + h * y3, y0];
  // Adjugate: the inverse up to a factor, which a projective map does not see.
  return Float64Array.of(
    e - f * h,
    c * h - b,
    b * f - c * e,
    f * g - d,
    a - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  );
}

export function quadArea(quad: Quad): number {
  let area = 0;
  quad.forEach(([x, y], i) => {
    const [nx, ny] = quad[(i + 1) % 4] as Point;
    area += x * ny - nx * y;
  });
  return area / 2;
}

function levelFor(sprite: Sprite, area: number): Level {
  let best = sprite.levels[0] as Level;
  for (const level of sprite.levels) if (level.width * level.height >= area * 0.8) best = level;
  return best;
}

/** Draws a sprite into a quad, bilinearly interpolated. Returns the number of pixels that it covers. */
export function draw(target: Canvas, sprite: Sprite, quad: Quad, paint: Paint): number {
  const map = inverse(quad);
  if (!map) return 0;
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = map as unknown as number[] as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const { data, width: w, height: h } = levelFor(sprite, Math.abs(quadArea(quad)));
  const { light, opacity, owner, round } = paint;
  const { rgb, width, height } = target;
  const x0 = Math.max(0, Math.floor(Math.min(...quad.map((p) => p[0]))));
  const x1 = Math.min(width - 1, Math.ceil(Math.max(...quad.map((p) => p[0]))));
  const y0 = Math.max(0, Math.floor(Math.min(...quad.map((p) => p[1]))));
  const y1 = Math.min(height - 1, Math.ceil(Math.max(...quad.map((p) => p[1]))));
  let covered = 0;
  for (let y = y0; y <= y1; y++) {
    for (let x = x0; x <= x1; x++) {
      const px = x + 0.5;
      const py = y + 0.5;
      const z = m6 * px + m7 * py + m8;
      let u = (m0 * px + m1 * py + m2) / z;
      const v = (m3 * px + m4 * py + m5) / z;
      if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1)) continue;
      let brightness = light.base + light.u * u + light.v * v;
      let shine = 0;
      if (round) {
        const half = round.profile[Math.min(round.profile.length - 1, (v * round.profile.length) | 0)] as number;
        const across = (2 * u - 1) / half;
        if (Math.abs(across) > 1) continue;
        const depth = Math.sqrt(1 - across * across);
        brightness *= 0.45 + 0.55 * Math.max(0, depth * 0.75 + across * round.lightFrom * 0.6);
        const glint = 1 - Math.abs(across - round.lightFrom * 0.55) * 6;
        if (glint > 0) shine = glint * round.gloss;
        u = round.turn + Math.asin(across) / (2 * Math.PI);
        u -= Math.floor(u);
      }
      const sx = u * (w - 1);
      const sy = v * (h - 1);
      const ix = Math.min(sx | 0, w - 2);
      const iy = Math.min(sy | 0, h - 2);
      const fx = sx - ix;
      const fy = sy - iy;
      const a = (iy * w + ix) * 4;
      const b = a + w * 4;
      const w00 = (1 - fx) * (1 - fy);
      const w10 = fx * (1 - fy);
      const w01 = (1 - fx) * fy;
      const w11 = fx * fy;
      const alpha =
        (((data[a + 3] as number) * w00 +
          (data[a + 7] as number) * w10 +
          (data[b + 3] as number) * w01 +
          (data[b + 7] as number) * w11) /
          255) *
        opacity;
      if (alpha < 0.004) continue;
      const at = y * width + x;
      const o = at * 3;
      for (let c = 0; c < 3; c++) {
        const value =
          (data[a + c] as number) * w00 +
          (data[a + 4 + c] as number) * w10 +
          (data[b + c] as number) * w01 +
          (data[b + 4 + c] as number) * w11;
        rgb[o + c] = (rgb[o + c] as number) * (1 - alpha) + (value * brightness + shine * 255 * alpha) * opacity;
      }
      if (owner !== undefined && alpha > 0.5) {
        target.owner[at] = owner;
        covered++;
      }
    }
  }
  return covered;
}

/** A soft dark patch: a shadow on the plane of `quad`. */
export function shade(target: Canvas, quad: Quad, strength: number): void {
  draw(target, SHADOW, quad, { light: { base: 0, u: 0, v: 0 }, opacity: strength });
}

const SHADOW: Sprite = (() => {
  const size = 48;
  const data = new Uint8Array(size * size * 4);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const r = Math.hypot((x + 0.5) / size - 0.5, (y + 0.5) / size - 0.5) * 2;
      const t = Math.max(0, 1 - r);
      data[(y * size + x) * 4 + 3] = 255 * Math.min(1, t * t * (3 - 2 * t) * 1.2);
    }
  return { levels: [{ data, width: size, height: size }] };
})();
