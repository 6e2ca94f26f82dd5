import { checkInteger, checkNumber, withDefaults } from "../../check.js";
import type { ActivationMap } from "../../features/activation-map.js";
import type { Rectangle } from "../../regions/region.js";
import { Random } from "./random.js";

/** Options of {@link generateActivationMaps}. */
export interface ActivationMapSetOptions {
  /** Names the set. */
  seed: number;
  images: number;
  /** How many objects recur, in turn: map i shows object i modulo their number. 0: none does. */
  objects: number;
  /** Things a map that recur nowhere. */
  clutter: number;
  /** Kinds of background that recur from map to map, one of them in each; 0: noise alone. */
  backgroundStuff: number;
  /** Activations of things relative to those of the background. */
  strength: number;
  /** Share of zeros in the background, 0..1. */
  sparsity: number;
  /** How much of a thing's activations changes from map to map, 0 (nothing) .. 1 (all). */
  variation: number;
  height: number;
  width: number;
  channels: number;
  /** Mean side of things in cells; each is between three quarters and five quarters of it. */
  objectSize: number;
}

/** Defaults of {@link ActivationMapSetOptions}. */
export const ACTIVATION_MAP_SET_DEFAULTS: Readonly<ActivationMapSetOptions> = {
  seed: 1,
  images: 100,
  objects: 5,
  clutter: 2,
  backgroundStuff: 3,
  strength: 3,
  sparsity: 0.9,
  variation: 0.3,
  height: 24,
  width: 32,
  channels: 256,
  objectSize: 6,
};

/** A made activation map with what it shows; fits `discoverMaps`. */
export interface GeneratedMap {
  id: string;
  map: ActivationMap;
  /** Where objects are, in cells. */
  objects: { object: number; box: Rectangle }[];
}

/** Share of the channels that one part of a thing, or a kind of background, excites. */
const CODE_SHARE = 0.08;
/** A thing has this many parts along each side, each with a code of its own: unlike a texture's, its halves differ. */
const PARTS = 3;

/**
 * Makes activation maps directly, one by one: sparse noise over recurring kinds of background, things that recur and
 * things that do not, at known places. For tests in which a network's weakness is no excuse, and for scale. A thing
 * excites the same channels in every map, up to `variation`; places and sizes differ.
 *
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` for an option out of range.
 */
export function* generateActivationMaps(options?: Partial<ActivationMapSetOptions>): Generator<GeneratedMap, void> {
  const set = resolve(options);
  const random = new Random(`activation maps ${set.seed}`);
  const objects = Array.from({ length: set.objects }, (_, i) => thing(random.fork("object").fork(i), set.channels));
  const stuff = Array.from({ length: set.backgroundStuff }, (_, i) => code(random.fork("stuff").fork(i), set.channels));
  for (let i = 0; i < set.images; i++) yield make(i, random.fork("map").fork(i), objects, stuff, set);
}

/** Strength of each channel. */
type Code = Float32Array;

function code(random: Random, channels: number): Code {
  const codes = new Float32Array(channels);
  for (let count = Math.max(1, Math.round(channels * CODE_SHARE)); count > 0; count--)
    codes[random.int(0, channels - 1)] = random.range(0.5, 1.5);
  return codes;
}

const thing = (random: Random, channels: number): Code[] =>
  Array.from({ length: PARTS * PARTS }, (_, part) => code(random.fork(part), channels));

function make(
  index: number,
  random: Random,
  objects: readonly Code[][],
  stuff: readonly Code[],
  set: ActivationMapSetOptions,
): GeneratedMap {
  const { height, width, channels, sparsity, strength, variation } = set;
  const data = new Float32Array(height * width * channels);
  // Exponential activations, as after a ReLU.
  for (let i = 0; i < data.length; i++) if (!random.chance(sparsity)) data[i] = -0.5 * Math.log(1 - random.next());
  const material = stuff.length > 0 ? stuff[random.int(0, stuff.length - 1)] : undefined;
  if (material) {
    const horizon = random.int(0, height >> 1);
    const band = { x0: 0, y0: horizon, x1: width, y1: height };
    excite(data, width, channels, band, () => material, random, 1, 0.5);
  }
  const box = (): Rectangle => {
    const side = () => Math.max(1, Math.round(set.objectSize * random.range(0.75, 1.25)));
    const [w, h] = [Math.min(width, side()), Math.min(height, side())];
    const [x0, y0] = [random.int(0, width - w), random.int(0, height - h)];
    return { x0, y0, x1: x0 + w, y1: y0 + h };
  };
  const show = (parts: readonly Code[], at: Rectangle) => {
    const part = (x: number, y: number) => {
      const column = Math.floor(((x - at.x0) * PARTS) / (at.x1 - at.x0));
      const row = Math.floor(((y - at.y0) * PARTS) / (at.y1 - at.y0));
      return parts[row * PARTS + column] as Code;
    };
    excite(data, width, channels, at, part, random, strength, variation);
  };
  for (let i = 0; i < set.clutter; i++) show(thing(random.fork("clutter").fork(i), channels), box());
  const shown: GeneratedMap["objects"] = [];
  if (objects.length > 0) {
    const object = index % objects.length;
    const at = box();
    show(objects[object] as Code[], at);
    shown.push({ object, box: at });
  }
  return { id: `map-${String(index).padStart(6, "0")}`, map: { data, height, width, channels }, objects: shown };
}

/** Adds codes to the cells of a box; `variation` of each code's channels stay silent or change in strength. */
function excite(
  data: Float32Array,
  width: number,
  channels: number,
  { x0, y0, x1, y1 }: Rectangle,
  codeAt: (x: number, y: number) => Code,
  random: Random,
  strength: number,
  variation: number,
): void {
  for (let y = y0; y < y1; y++)
    for (let x = x0; x < x1; x++) {
      const codes = codeAt(x, y);
      for (let j = 0; j < channels; j++) {
        const value = codes[j] as number;
        if (value === 0 || random.chance(variation)) continue;
        (data[(y * width + x) * channels + j] as number) +=
          strength * value * (1 + variation * random.range(-0.5, 0.5));
      }
    }
}

function resolve(options: Partial<ActivationMapSetOptions> | undefined): ActivationMapSetOptions {
  const set = withDefaults("activation map options", options, ACTIVATION_MAP_SET_DEFAULTS);
  for (const name of ["seed", "objects", "clutter", "backgroundStuff"] as const)
    checkInteger(name, set[name], { min: 0 });
  for (const name of ["images", "height", "width", "channels"] as const) checkInteger(name, set[name], { min: 1 });
  checkNumber("objectSize", set.objectSize, { above: 0 });
  checkNumber("strength", set.strength, { min: 0 });
  checkNumber("sparsity", set.sparsity, { min: 0, max: 1 });
  checkNumber("variation", set.variation, { min: 0, max: 1 });
  return set;
}
