/**
 * The colour map of the heat maps, from black through violet and red to pale yellow. It runs through OKLab, where
 * lightness is even to the eye: equal steps of saliency look equally far apart, also in grey and to colour-blind eyes.
 */

/** Stops at equal distances: lightness rises evenly from first to last, hue and chroma are given here. */
const LIGHTNESS: readonly [number, number] = [0.13, 0.96];
const STOPS: readonly { chroma: number; hue: number }[] = [
  { chroma: 0.02, hue: 285 },
  { chroma: 0.1, hue: 295 },
  { chroma: 0.17, hue: 340 },
  { chroma: 0.19, hue: 387 },
  { chroma: 0.17, hue: 410 },
  { chroma: 0.16, hue: 442 },
  { chroma: 0.09, hue: 465 },
];

const STEPS = 256;

function gammaEncode(linear: number): number {
  const value = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
}

/** OKLab to 8-bit sRGB (Björn Ottosson, "A perceptual color space for image processing", 2020). */
function oklabToSrgb(lightness: number, a: number, b: number): [number, number, number] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    gammaEncode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gammaEncode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gammaEncode(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** The colour of a value in [0, 1], as 8-bit sRGB. */
export function colourOf(value: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, value)) * (STOPS.length - 1);
  const below = Math.min(Math.floor(at), STOPS.length - 2);
  const from = STOPS[below] as (typeof STOPS)[number];
  const to = STOPS[below + 1] as (typeof STOPS)[number];
  const chroma = from.chroma + (at - below) * (to.chroma - from.chroma);
  const hue = ((from.hue + (at - below) * (to.hue - from.hue)) * Math.PI) / 180;
  const lightness = LIGHTNESS[0] + (at / (STOPS.length - 1)) * (LIGHTNESS[1] - LIGHTNESS[0]);
  return oklabToSrgb(lightness, chroma * Math.cos(hue), chroma * Math.sin(hue));
}

const TABLE = Uint8Array.from(Array.from({ length: STEPS }, (_, i) => colourOf(i / (STEPS - 1))).flat());

/** Colours 8-bit values: n values give n RGB triples. */
export function colourise(values: Uint8Array): Uint8Array {
  const out = new Uint8Array(3 * values.length);
  values.forEach((value, i) => out.set(TABLE.subarray(3 * value, 3 * value + 3), 3 * i));
  return out;
}

/** The map as a CSS gradient, from 0 on the left to 1 on the right. */
export function cssGradient(stops = 9): string {
  const colours = Array.from({ length: stops }, (_, i) => `rgb(${colourOf(i / (stops - 1)).join(" ")})`);
  return `linear-gradient(to right, ${colours.join(", ")})`;
}
