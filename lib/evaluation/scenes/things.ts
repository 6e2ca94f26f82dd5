/** The things in a scene: packages, cans, bottles, signs, cards, devices, toys, plants; each with its own design. */
import { css, hsl, mix, palette } from "./colour.js";
import { card, fitted, front, panel, place, side, style, wrap } from "./designs.js";
import { face, motif, pattern, polygon, smoothClosed } from "./motifs.js";
import type { Random } from "./random.js";
import { type Drawing, rasterise, type Sprite } from "./sprite.js";

/**
 * How a thing fills space: a flat `sheet`, a `box` of three visible faces, a body of revolution (`can`) with its label
 * and lid, or a flat `figure` with an outline of its own.
 */
export type Body = "sheet" | "box" | "can" | "figure";

/** A thing before it is drawn. Sizes are relative: the larger of width and height is 1. */
export interface Blueprint {
  body: Body;
  kind: string;
  width: number;
  height: number;
  depth: number;
  /** Sheet, figure: [front]. Box: [front, side, top]. Can: [label, lid]. */
  faces: { svg: string; width: number; height: number }[];
  /** Outline of a can: half widths from top to bottom, relative to half its width. */
  profile: Float32Array;
  gloss: number;
}

export interface Thing extends Omit<Blueprint, "faces"> {
  faces: Sprite[];
}

const UNITS = 100;
const NO_PROFILE = new Float32Array();

function sized(width: number, height: number): { width: number; height: number } {
  const largest = Math.max(width, height);
  return { width: width / largest, height: height / largest };
}

function flat(
  kind: string,
  random: Random,
  aspect: number,
  draw: (w: number, h: number) => string,
  body: Body = "sheet",
): Blueprint {
  const size = sized(aspect, 1);
  const [w, h] = [size.width * UNITS, size.height * UNITS];
  return {
    body,
    kind,
    ...size,
    depth: 0,
    faces: [{ svg: draw(w, h), width: w, height: h }],
    profile: NO_PROFILE,
    gloss: random.range(0, 0.2),
  };
}

function carton(random: Random): Blueprint {
  const look = style(random, palette(random));
  const size = sized(random.range(0.5, 1.6), 1);
  const depth = random.range(0.2, 0.7) * Math.min(size.width, size.height);
  const [w, h, d] = [size.width * UNITS, size.height * UNITS, depth * UNITS];
  return {
    body: "box",
    kind: "carton",
    ...size,
    depth,
    faces: [
      { svg: front(random, look, w, h), width: w, height: h },
      { svg: side(random, look, d, h), width: d, height: h },
      { svg: side(random, look, w, d), width: w, height: d },
    ],
    profile: NO_PROFILE,
    gloss: random.range(0, 0.15),
  };
}

/** Half widths of a can, bottle, jar or vase along its height. */
function outline(random: Random, kind: "can" | "bottle" | "jar" | "vase"): Float32Array {
  const neck = random.range(0.25, 0.42);
  const shoulder = random.range(0.22, 0.45);
  const [a, b, c] = [random.range(0.1, 0.4), random.range(0.1, 0.4), random.range(1, 4)];
  const profile = Float32Array.from({ length: 64 }, (_, i) => {
    const v = (i + 0.5) / 64;
    if (kind === "can") return v < 0.03 || v > 0.97 ? 0.94 : 1;
    if (kind === "jar") return v < 0.16 ? 0.85 : 1;
    if (kind === "bottle") {
      const t = Math.min(1, Math.max(0, (v - shoulder * 0.6) / (shoulder * 0.5)));
      return neck + (1 - neck) * t * t * (3 - 2 * t);
    }
    return 0.6 + a * Math.sin(c * v * Math.PI) + b * Math.cos(2.2 * v * Math.PI + c);
  });
  const widest = Math.max(...profile);
  return profile.map((p) => Math.max(0.12, p / widest));
}

function vessel(random: Random): Blueprint {
  const kind = random.pick(["can", "can", "bottle", "jar", "vase"] as const);
  const look = style(random, palette(random));
  const { colours } = look;
  const aspect = kind === "bottle" ? random.range(0.25, 0.4) : random.range(0.45, 0.85);
  const [w, h] = [aspect * Math.PI * UNITS, UNITS];
  const body =
    kind === "vase"
      ? pattern(random, colours, w, h)
      : `<rect width="${w}" height="${h}" fill="${css(mix(colours.ground, random.pick(colours.accents), 0.5))}"/>`;
  const [top, bottom] = kind === "can" ? [0.05, 0.95] : kind === "jar" ? [0.24, 0.9] : [0.5, 0.92];
  const label =
    kind === "vase"
      ? ""
      : `<svg y="${h * top}" width="${w}" height="${h * (bottom - top)}" overflow="hidden">${wrap(random, look, w, h * (bottom - top))}</svg>`;
  const capColour = random.pick(colours.accents);
  const cap =
    kind === "bottle" || kind === "jar"
      ? `<rect width="${w}" height="${h * (kind === "jar" ? 0.16 : 0.08)}" fill="${css(capColour)}"/>`
      : "";
  const lid = kind === "can" ? hsl(0, 0, 0.7) : kind === "vase" ? hsl(0, 0, 0.08) : capColour;
  const lidSvg = `<circle cx="50" cy="50" r="50" fill="${css(mix(lid, [0, 0, 0], 0.2))}"/><circle cx="50" cy="50" r="43" fill="${css(lid)}"/>`;
  return {
    body: "can",
    kind,
    width: aspect,
    height: 1,
    depth: aspect,
    faces: [
      { svg: body + label + cap, width: w, height: h },
      { svg: lidSvg, width: 100, height: 100 },
    ],
    profile: outline(random, kind),
    gloss: random.range(0.05, 0.6),
  };
}

function poster(random: Random): Blueprint {
  const look = style(random, palette(random));
  return flat("poster", random, random.range(0.6, 1.5), (w, h) => front(random, look, w, h));
}

function playingCard(random: Random): Blueprint {
  const look = style(random, palette(random));
  return flat("card", random, random.range(0.6, 0.8), (w, h) => card(random, look, w, h));
}

function device(random: Random): Blueprint {
  const look = style(random, palette(random));
  return flat("device", random, random.range(0.45, 1.4), (w, h) => panel(random, look, w, h));
}

/** A road sign or shop sign: a plain shape with a word or figure. */
function sign(random: Random): Blueprint {
  const colours = palette(random);
  const look = style(random, colours);
  return flat(
    "sign",
    random,
    random.pick([1, 1, random.range(1.5, 2.6)]),
    (w, h) => {
      const [cx, cy, r] = [w / 2, h / 2, Math.min(w, h) / 2 - 2];
      const corners = random.pick([0, 3, 4, 4, 8]);
      const shape = (scale: number, colour: string) =>
        w > 1.3 * h
          ? `<rect x="${cx - (w / 2 - 2) * scale}" y="${cy - r * scale}" width="${(w - 4) * scale}" height="${2 * r * scale}" rx="6" fill="${colour}"/>`
          : corners === 0
            ? `<circle cx="${cx}" cy="${cy}" r="${r * scale}" fill="${colour}"/>`
            : polygon(
                Array.from({ length: corners }, (_, i) => {
                  const angle =
                    (2 * Math.PI * i) / corners +
                    (corners === 8 ? Math.PI / 8 : corners === 4 ? Math.PI / 4 : -Math.PI / 2);
                  return [cx + r * scale * Math.cos(angle), cy + r * scale * Math.sin(angle)] as const;
                }),
                `fill="${colour}"`,
              );
      const inside = random.chance(0.5)
        ? fitted(
            look.brand,
            look.brandFace,
            { x: w * 0.15, y: h * 0.3, width: w * 0.7, height: h * 0.4 },
            colours.ink,
            colours.ground,
          )
        : place(look.emblem, cx, cy, r * 0.55);
      return shape(1, css(random.pick(colours.accents))) + shape(0.84, css(colours.ground)) + inside;
    },
    "figure",
  );
}

/** A stuffed or wooden figure: a body with limbs, a head, perhaps a pattern on its belly. */
function toy(random: Random): Blueprint {
  const colours = palette(random);
  return flat(
    "toy",
    random,
    random.range(0.7, 1.1),
    (w, h) => {
      const fur = css(colours.ground);
      const limb = css(random.pick(colours.accents));
      const [armAngle, legSpread] = [random.range(-50, 40), random.range(0.1, 0.25)];
      const thick = random.range(0.09, 0.16) * h;
      const edge = `stroke="${css(mix(colours.ground, [0, 0, 0], 0.5))}" stroke-width="1"`;
      const arms = [-1, 1].map(
        (s) =>
          `<rect x="${-thick / 2}" width="${thick}" height="${h * 0.32}" rx="${thick / 2}" fill="${limb}" ${edge} transform="translate(${w / 2 + s * w * 0.2} ${h * 0.42}) rotate(${s * (armAngle - 40)})"/>`,
      );
      const legs = [-1, 1].map(
        (s) =>
          `<rect x="${w / 2 + s * legSpread * w - thick / 2}" y="${h * 0.68}" width="${thick}" height="${h * 0.3}" rx="${thick / 2}" fill="${limb}" ${edge}/>`,
      );
      const trunk = smoothClosed(
        Array.from(
          { length: 8 },
          (_, i) =>
            [
              w / 2 + w * 0.33 * Math.cos((Math.PI * i) / 4) * random.range(0.8, 1.1),
              h * 0.6 + h * 0.26 * Math.sin((Math.PI * i) / 4),
            ] as const,
        ),
      );
      const id = `t${random.int(0, 1e9)}`;
      const dress = random.chance(0.6)
        ? `<clipPath id="${id}"><path d="${trunk}"/></clipPath><g clip-path="url(#${id})"><g transform="translate(${w * 0.15} ${h * 0.45})">${pattern(random, { ...colours, ground: random.pick(colours.accents) }, w * 0.7, h * 0.5)}</g></g>`
        : "";
      const head = random.chance(0.25) ? face(random, colours) : motif(random, colours);
      return (
        [...arms, ...legs].join("") +
        `<path d="${trunk}" fill="${fur}" ${edge}/>${dress}` +
        place(head, w / 2, h * 0.25, h * random.range(0.17, 0.22))
      );
    },
    "figure",
  );
}

/** A loose shape: an ornament or logo cut from board. */
function ornament(random: Random): Blueprint {
  const colours = palette(random);
  return flat(
    "ornament",
    random,
    1,
    (w, h) => {
      const back = smoothClosed(
        Array.from(
          { length: 9 },
          (_, i) =>
            [
              w / 2 + w * 0.46 * Math.cos((2 * Math.PI * i) / 9) * random.range(0.75, 1.05),
              h / 2 + h * 0.46 * Math.sin((2 * Math.PI * i) / 9) * random.range(0.75, 1.05),
            ] as const,
        ),
      );
      return (
        (random.chance(0.6) ? `<path d="${back}" fill="${css(colours.ground)}"/>` : "") +
        place(motif(random, colours), w / 2, h / 2, w * 0.4, random.range(-20, 20))
      );
    },
    "figure",
  );
}

/** Things without print: stones, shells, leaves, lumps. Clutter only. */
function plain(random: Random): Blueprint {
  const hue = random.next();
  const colour = hsl(hue, random.range(0.05, 0.7), random.range(0.2, 0.75));
  const dark = css(mix(colour, [0, 0, 0], 0.55));
  const light = css(mix(colour, [255, 255, 255], 0.35));
  const id = `p${random.int(0, 1e9)}`;
  const colours = {
    ground: colour,
    ink: hsl(random.next(), 0.3, 0.3),
    accents: [colour, hsl(hue + 0.1, 0.4, 0.5), hsl(random.next(), 0.5, 0.4)],
  };
  const gradient = `<radialGradient id="${id}" cx="${random.range(0.25, 0.75)}" cy=".3"><stop stop-color="${light}"/><stop offset=".5" stop-color="${css(colour)}"/><stop offset="1" stop-color="${dark}"/></radialGradient>`;
  return flat(
    "plain",
    random,
    random.pick([1, 1, random.range(0.1, 0.3), random.range(1.2, 3)]),
    (w, h) => {
      const corners = random.int(4, 9);
      const points = Array.from({ length: corners }, (_, i) => {
        const angle = (2 * Math.PI * i) / corners;
        return [
          w / 2 + w * 0.47 * Math.cos(angle) * random.range(0.45, 1),
          h / 2 + h * 0.47 * Math.sin(angle) * random.range(0.45, 1),
        ] as const;
      });
      const shape = random.chance(0.7)
        ? `<path d="${smoothClosed(points)}" fill="url(#${id})"/>`
        : polygon(points, `fill="url(#${id})"`);
      // Veined, spotted or striped: plain balls are all alike.
      const clip = `<clipPath id="${id}c"><path d="${smoothClosed(points)}"/></clipPath>`;
      return `${gradient}${clip}${shape}<g clip-path="url(#${id}c)" opacity="${random.range(0.3, 0.9).toFixed(2)}">${pattern(random, colours, w, h)}</g>`;
    },
    "figure",
  );
}

/** A made-up thing of a few parts, of no kind that has a name: most of a real scene's clutter is such to us. */
function compound(random: Random): Blueprint {
  const colours = palette(random);
  return flat(
    "compound",
    random,
    random.pick([1, random.range(0.3, 0.8), random.range(1.2, 2.6)]),
    (w, h) => {
      const part = () => {
        const [x, y] = [w * random.range(0.25, 0.75), h * random.range(0.25, 0.75)];
        const [rx, ry] = [w * random.range(0.08, 0.36), h * random.range(0.08, 0.36)];
        const id = `m${random.int(0, 1e9)}`;
        const corners = random.int(3, 9);
        const points = Array.from({ length: corners }, (_, i) => {
          const [angle, reach] = [(2 * Math.PI * i) / corners, random.range(0.5, 1)];
          return [x + rx * reach * Math.cos(angle), y + ry * reach * Math.sin(angle)] as const;
        });
        const turn = `transform="rotate(${random.int(0, 180)} ${x} ${y})"`;
        const shape = random.pick([
          `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" ${turn}/>`,
          `<rect x="${x - rx}" y="${y - ry}" width="${2 * rx}" height="${2 * ry}" rx="${rx * random.pick([0, 0.2, 0.8])}" ${turn}/>`,
          `<path d="${smoothClosed(points)}" ${turn}/>`,
          polygon(points, turn),
        ]);
        const colour = random.pick([colours.ground, ...colours.accents]);
        const body = `<g fill="${css(colour)}" stroke="${css(mix(colour, [0, 0, 0], 0.4))}" stroke-width="${random.range(0, 1.5).toFixed(2)}">${shape}</g>`;
        const decor = random.next();
        if (decor < 0.35) return body;
        if (decor < 0.5) return body + place(motif(random, colours), x, y, Math.min(rx, ry) * 0.7);
        const clip = `<clipPath id="${id}">${shape}</clipPath>`;
        const filled = pattern(random, { ...colours, ground: colour }, 2 * rx, 2 * ry);
        return `${body}${clip}<g clip-path="url(#${id})"><g transform="translate(${x - rx} ${y - ry})">${filled}</g></g>`;
      };
      return Array.from({ length: random.int(2, 6) }, part).join("");
    },
    "figure",
  );
}

const KNOWN = [
  carton,
  carton,
  carton,
  vessel,
  vessel,
  poster,
  playingCard,
  device,
  sign,
  toy,
  toy,
  ornament,
  compound,
  compound,
] as const;
// Kinds whose every specimen looks alike (bottles, dials, dolls) are rare: a kind that recurs would be found, and rightly.
const CLUTTER = [compound, compound, compound, carton, poster, plain] as const;

/** A thing that may recur: of any kind but the plain ones. */
export function blueprint(random: Random): Blueprint {
  return random.pick(KNOWN)(random);
}

/** A thing for the clutter. */
export function clutterBlueprint(random: Random): Blueprint {
  return random.pick(random.chance(0.04) ? KNOWN : CLUTTER)(random);
}

/** Draws blueprints, each `pixels[i]` along its longer side. */
export async function build(blueprints: readonly Blueprint[], pixels: readonly number[]): Promise<Thing[]> {
  const drawings: Drawing[] = blueprints.flatMap(({ faces, body }, i) =>
    faces.map(({ svg, width, height }) => ({
      svg,
      width,
      height,
      pixels: Math.max(
        12,
        Math.round(
          ((pixels[i] as number) * Math.max(width, height)) / UNITS / (body === "can" && width === height ? 2 : 1),
        ),
      ),
    })),
  );
  const sprites = await rasterise(drawings);
  let next = 0;
  return blueprints.map(({ faces, ...rest }) => {
    const mine = sprites.slice(next, next + faces.length);
    next += faces.length;
    return { ...rest, faces: mine };
  });
}
