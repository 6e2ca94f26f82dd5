/** "Stuff": surfaces that recur as a kind but never as the same picture (sky, foliage, brick, wood, water, …). */
import { type Colour, hsl, mix } from "./colour.js";
import { cells, clamp01, fractal } from "./noise.js";
import type { Random } from "./random.js";
import { type Sprite, sprite } from "./sprite.js";

export type MaterialKind = keyof typeof PAINTERS;

/** A kind of surface with its colours and grain. */
export interface Material {
  kind: MaterialKind;
  colours: readonly [Colour, Colour, Colour];
  /** Size of its grain relative to the usual. */
  grain: number;
}

/** Fills `out` (RGB a pixel, 0..255). */
type Painter = (random: Random, w: number, h: number, material: Material, out: Float32Array) => void;

const put = (out: Float32Array, i: number, [r, g, b]: Colour, light: number) => {
  out[3 * i] = r * light;
  out[3 * i + 1] = g * light;
  out[3 * i + 2] = b * light;
};

/** Colours along a field: 0 the first, ½ the second, 1 the third. */
const ramp = ([a, b, c]: Material["colours"], t: number): Colour => (t < 0.5 ? mix(a, b, 2 * t) : mix(b, c, 2 * t - 1));

const clouds: Painter = (random, w, h, { colours, grain }, out) => {
  const cover = random.range(0.35, 0.75);
  const field = fractal(random, w, h, { scaleX: 160 * grain, scaleY: 70 * grain, octaves: 5, persistence: 0.55 });
  for (let i = 0; i < w * h; i++) {
    const down = Math.floor(i / w) / h;
    const cloud = clamp01(((field[i] as number) - cover) * 3.2);
    put(out, i, mix(mix(colours[0], colours[1], down), colours[2], cloud * 0.9), 1);
  }
};

const leaves: Painter = (random, w, h, { colours, grain }, out) => {
  const fine = cells(random, w, h, 9 * grain);
  const masses = fractal(random, w, h, { scaleX: 90 * grain, scaleY: 90 * grain, octaves: 4, persistence: 0.6 });
  for (let i = 0; i < w * h; i++) {
    const mass = masses[i] as number;
    put(
      out,
      i,
      ramp(colours, clamp01((fine.value[i] as number) * 0.6 + mass * 0.5 - 0.1)),
      (0.25 + 0.9 * mass) * (0.45 + 0.6 * (fine.border[i] as number)),
    );
  }
};

/** Fractal noise between three colours; the grain's shape makes grass, plaster, carpet, planks' fibres, water, rust. */
const grained =
  (scaleX: number, scaleY: number, persistence: number, contrast: number, ridged = false, octaves = 6): Painter =>
  (random, w, h, { colours, grain }, out) => {
    const field = fractal(random, w, h, {
      scaleX: scaleX * grain,
      scaleY: scaleY * grain,
      octaves,
      persistence,
      ridged,
    });
    for (let i = 0; i < w * h; i++) {
      const t = clamp01(0.5 + ((field[i] as number) - 0.5) * contrast);
      put(out, i, ramp(colours, t), 0.85 + 0.25 * t);
    }
  };

/** Bricks, tiles, planks: a grid of pieces with joints, each piece of its own shade. */
const laid =
  (pieceW: number, pieceH: number, joint: number, shift: number, fibre: number): Painter =>
  (random, w, h, { colours, grain }, out) => {
    const [pw, ph] = [pieceW * grain, pieceH * grain];
    const rough = fractal(random, w, h, {
      scaleX: 24 * grain * fibre,
      scaleY: (24 * grain) / Math.sqrt(fibre),
      octaves: 5,
      persistence: 0.7,
    });
    const [ox, oy] = [random.range(0, pw), random.range(0, ph)];
    const shades = Float32Array.from({ length: 509 }, () => random.next());
    const starts = Float32Array.from({ length: 61 }, (_, i) => (shift ? shift * i : random.next()));
    for (let y = 0; y < h; y++) {
      const row = Math.floor((y + oy) / ph);
      const v = (y + oy) / ph - row;
      for (let x = 0; x < w; x++) {
        const i = y * w + x;
        const along = (x + ox) / pw + (shift === 0 ? 0 : (starts[row % 61] as number));
        const column = Math.floor(along);
        const u = along - column;
        const edge = Math.min(u * pw, (1 - u) * pw, v * ph, (1 - v) * ph);
        const shadeOf = shades[(row * 31 + column * 17 + 1009) % 509] as number;
        const grit = rough[i] as number;
        if (edge + grit * joint * 0.6 < joint) put(out, i, colours[2], 0.7 + 0.4 * grit);
        else put(out, i, mix(colours[0], colours[1], shadeOf * 0.7 + grit * 0.3), 0.75 + 0.4 * grit);
      }
    }
  };

const stones: Painter = (random, w, h, { colours, grain }, out) => {
  const field = cells(random, w, h, 17 * grain);
  const rough = fractal(random, w, h, { scaleX: 12, scaleY: 12, octaves: 4, persistence: 0.7 });
  for (let i = 0; i < w * h; i++)
    put(
      out,
      i,
      ramp(colours, field.value[i] as number),
      (0.35 + 0.7 * Math.sqrt(field.border[i] as number)) * (0.7 + 0.5 * (rough[i] as number)),
    );
};

const woven: Painter = (random, w, h, { colours, grain }, out) => {
  const wear = fractal(random, w, h, { scaleX: 120 * grain, scaleY: 120 * grain, octaves: 4, persistence: 0.6 });
  const step = 5 * grain;
  const plaid = random.int(30, 90) * grain;
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const i = y * w + x;
      const over = (Math.floor(x / step) + Math.floor(y / step)) % 2 === 0;
      const thread = Math.abs(Math.sin((Math.PI * (over ? x : y)) / step));
      const band = (x % (2 * plaid) < plaid ? 0.5 : 0) + (y % (2 * plaid) < plaid ? 0.5 : 0);
      put(
        out,
        i,
        mix(mix(colours[0], colours[1], band), colours[2], 0.25 * (wear[i] as number)),
        (0.7 + 0.3 * thread) * (0.75 + 0.35 * (wear[i] as number)),
      );
    }
};

const PAINTERS = {
  sky: clouds,
  foliage: leaves,
  grass: grained(10, 26, 0.85, 1.5, false, 5),
  plaster: grained(120, 120, 0.62, 0.8),
  concrete: grained(60, 60, 0.8, 1.2),
  carpet: grained(14, 14, 0.95, 1.3, false, 4),
  water: grained(110, 18, 0.6, 1.6, true, 5),
  marble: grained(180, 140, 0.55, 1.9, true),
  rust: grained(70, 70, 0.7, 2.6),
  wood: grained(260, 9, 0.72, 1.4, false, 5),
  planks: laid(420, 46, 2.5, 0.37, 9),
  brick: laid(62, 24, 3.5, 0.5, 1),
  tiles: laid(72, 72, 2.5, 0, 1),
  stones,
  fabric: woven,
} satisfies Record<string, Painter>;

export const MATERIAL_KINDS = Object.keys(PAINTERS) as MaterialKind[];

export function material(random: Random, kind: MaterialKind): Material {
  const shade = (hue: number, saturation: number, low: number, high: number): Material["colours"] => {
    const drift = () => hue + random.range(-0.03, 0.03);
    const middle = random.range(low, high);
    return [
      hsl(drift(), saturation, middle * 0.55),
      hsl(drift(), saturation * 0.9, middle),
      hsl(drift(), saturation * 0.7, Math.min(0.97, middle * 1.45)),
    ];
  };
  const jitter = random.range(-0.03, 0.03);
  const colours = ((): Material["colours"] => {
    switch (kind) {
      case "sky":
        return [
          hsl(0.58 + jitter, random.range(0.25, 0.7), random.range(0.42, 0.6)),
          hsl(0.56 + jitter, 0.4, 0.8),
          hsl(0.6, 0.08, random.range(0.7, 0.96)),
        ];
      case "foliage":
      case "grass":
        return shade(random.range(0.19, 0.36), random.range(0.25, 0.6), 0.22, 0.42);
      case "water":
        return shade(random.range(0.46, 0.6), random.range(0.2, 0.5), 0.25, 0.5);
      case "wood":
      case "planks":
        return shade(random.range(0.05, 0.11), random.range(0.2, 0.55), 0.25, 0.6);
      case "brick": {
        const [a, b] = shade(random.range(-0.01, 0.07), random.range(0.25, 0.6), 0.35, 0.5);
        return [a, b, hsl(0.1, 0.08, random.range(0.5, 0.75))];
      }
      case "tiles": {
        const [, a, b] = shade(random.next(), random.range(0.02, 0.4), 0.4, 0.75);
        return [a, b, hsl(0.1, 0.05, random.range(0.3, 0.8))];
      }
      case "rust":
        return [hsl(0.05, 0.6, 0.25), hsl(0.08, 0.5, 0.4), hsl(random.next(), 0.3, 0.5)];
      case "stones":
      case "concrete":
        return shade(random.range(0.05, 0.15), random.range(0.02, 0.2), 0.35, 0.6);
      case "plaster":
        return shade(random.next(), random.range(0.02, 0.3), 0.5, 0.75);
      case "carpet":
      case "fabric":
      case "marble":
        return shade(random.next(), random.range(0.05, 0.5), 0.3, 0.65);
    }
  })();
  return { kind, colours, grain: Math.exp(random.range(-0.7, 0.8)) };
}

/** A piece of the material, opaque. */
export function surface(random: Random, of: Material, width: number, height: number): Sprite {
  const rgb = new Float32Array(width * height * 3);
  PAINTERS[of.kind](random, width, height, of, rgb);
  const data = new Uint8Array(width * height * 4);
  for (let i = 0, j = 0; j < data.length; i += 3, j += 4) {
    data[j] = Math.min(255, rgb[i] as number);
    data[j + 1] = Math.min(255, rgb[i + 1] as number);
    data[j + 2] = Math.min(255, rgb[i + 2] as number);
    data[j + 3] = 255;
  }
  return sprite({ data, width, height });
}
