import type { Random } from "./random.js";

/** Red, green, blue, 0..255. */
export type Colour = readonly [number, number, number];

/** hue 0..1 (wraps), saturation and lightness 0..1. */
export function hsl(hue: number, saturation: number, lightness: number): Colour {
  const channel = (n: number) => {
    const k = (((n + hue * 12) % 12) + 12) % 12;
    const a = saturation * Math.min(lightness, 1 - lightness);
    return 255 * (lightness - a * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return [channel(0), channel(8), channel(4)];
}

export function mix(a: Colour, b: Colour, t: number): Colour {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

export function css(colour: Colour): string {
  return `rgb(${colour.map((v) => Math.round(Math.max(0, Math.min(255, v)))).join()})`;
}

/** Colours that stand together: a ground, an ink that is legible on it, and accents. */
export interface Palette {
  ground: Colour;
  ink: Colour;
  accents: Colour[];
}

export function palette(random: Random): Palette {
  const hue = random.next();
  const muted = random.chance(0.3) ? 0.35 : 1;
  const light = random.chance(0.45);
  const ground = light
    ? hsl(hue, random.range(0, 0.5) * muted, random.range(0.78, 0.95))
    : hsl(hue, random.range(0.3, 0.9) * muted, random.range(0.2, 0.55));
  const step = random.pick([0.08, 1 / 3, 0.5, 0.42]);
  const accents = Array.from({ length: 4 }, (_, i) =>
    hsl(hue + step * (i + 1) + random.range(-0.04, 0.04), random.range(0.3, 0.95) * muted, random.range(0.3, 0.7)),
  );
  const ink = random.chance(0.3)
    ? hsl(hue + step, random.range(0.4, 0.9), light ? random.range(0.15, 0.32) : random.range(0.78, 0.92))
    : light
      ? hsl(hue, 0.3, random.range(0.04, 0.16))
      : hsl(hue, 0.2, random.range(0.9, 0.99));
  return { ground, ink, accents };
}
