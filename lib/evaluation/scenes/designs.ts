/** Printed designs: the faces of packages, labels, posters, cards and signs, as SVG over [0, width] x [0, height]. */
import { type Colour, css, mix, type Palette } from "./colour.js";
import { lettering, type Typeface, typeface, word } from "./glyphs.js";
import { motif, pattern } from "./motifs.js";
import type { Random } from "./random.js";

/** What the faces of one thing have in common. */
export interface Style {
  colours: Palette;
  brand: string;
  brandFace: Typeface;
  smallFace: Typeface;
  emblem: string;
}

export function style(random: Random, colours: Palette): Style {
  const smallFace = typeface(random);
  return {
    colours,
    brand: word(random, random.int(1, 3)),
    brandFace: typeface(random),
    smallFace: { ...smallFace, dashes: undefined, inline: false, weight: Math.min(smallFace.weight, 0.9) },
    emblem: motif(random, colours),
  };
}

const rectangle = (x: number, y: number, w: number, h: number, colour: Colour, rest = "") =>
  `<rect x="${x.toFixed(2)}" y="${y.toFixed(2)}" width="${w.toFixed(2)}" height="${h.toFixed(2)}" fill="${css(colour)}" ${rest}/>`;

export const place = (svg: string, x: number, y: number, scale: number, turn = 0) =>
  `<g transform="translate(${x.toFixed(2)} ${y.toFixed(2)}) rotate(${turn.toFixed(1)}) scale(${scale.toFixed(3)})">${svg}</g>`;

/** Text that fills a box as far as its shape allows, centred in it. */
export function fitted(
  text: string,
  face: Typeface,
  box: { x: number; y: number; width: number; height: number },
  ink: Colour,
  ground: Colour,
): string {
  const unit = lettering(text, face, 1, ink, ground);
  const size = Math.min(box.height / 1.35, box.width / (unit.width + face.weight / 6));
  const { svg, width } = lettering(text, face, size, ink, ground);
  const x = box.x + (box.width - width) / 2;
  const y = box.y + (box.height + size) / 2;
  return `<g transform="translate(${x.toFixed(2)} ${y.toFixed(2)})">${svg}</g>`;
}

/** Lines of small print. */
function print(
  random: Random,
  face: Typeface,
  box: { x: number; y: number; width: number; height: number },
  ink: Colour,
): string {
  const line = box.height / random.int(2, 5);
  let svg = "";
  for (let y = box.y + line * 0.8; y < box.y + box.height; y += line) {
    let text = "";
    const most = ((box.width / (line * 0.5)) * 6) / (4 * face.width + face.spacing);
    while (text.length < most * random.range(0.6, 0.9)) text += `${word(random)} `;
    const unit = lettering(text.trimEnd(), face, line * 0.5, ink, ink);
    const scale = Math.min(1, box.width / unit.width);
    svg += `<g transform="translate(${box.x.toFixed(2)} ${y.toFixed(2)}) scale(${scale.toFixed(3)})">${unit.svg}</g>`;
  }
  return svg;
}

function barcode(random: Random, x: number, y: number, w: number, h: number): string {
  let svg = rectangle(x, y, w, h, [250, 250, 248]);
  for (let at = x + w * 0.06; at < x + w * 0.94;) {
    const bar = w * random.pick([0.012, 0.02, 0.035]);
    svg += rectangle(at, y + h * 0.1, bar, h * 0.75, [10, 10, 12]);
    at += bar + w * random.pick([0.012, 0.02, 0.035]);
  }
  return svg;
}

function background(random: Random, colours: Palette, w: number, h: number): string {
  const kind = random.int(0, 4);
  if (kind === 0) return pattern(random, colours, w, h);
  if (kind === 1) {
    const id = `g${random.int(0, 1e9)}`;
    return `<linearGradient id="${id}" x2="${random.chance(0.5) ? 1 : 0}" y2="1"><stop stop-color="${css(colours.ground)}"/><stop offset="1" stop-color="${css(random.pick(colours.accents))}"/></linearGradient><rect width="${w}" height="${h}" fill="url(#${id})"/>`;
  }
  let svg = rectangle(0, 0, w, h, colours.ground);
  if (kind === 2) svg += rectangle(0, h * random.range(0.3, 0.7), w, h, random.pick(colours.accents));
  if (kind === 3) {
    const y = h * random.range(0.3, 0.8);
    svg += `<path d="M0 ${y}Q${w * random.next()} ${y + h * random.range(-0.4, 0.4)} ${w} ${y * random.range(0.7, 1.2)}L${w} ${h}L0 ${h}Z" fill="${css(random.pick(colours.accents))}"/>`;
  }
  return svg;
}

/** A badge with a short word or number. */
function badge(random: Random, look: Style, x: number, y: number, radius: number): string {
  const ground = random.pick(look.colours.accents);
  const points = random.int(9, 22);
  const shape = Array.from({ length: 2 * points }, (_, i) => {
    const r = radius * (i % 2 ? random.range(0.8, 0.85) : 1);
    return `${(x + r * Math.cos((Math.PI * i) / points)).toFixed(2)} ${(y + r * Math.sin((Math.PI * i) / points)).toFixed(2)}`;
  });
  const text = random.chance(0.5) ? `${random.int(1, 99)}%` : word(random, 1);
  const ink: Colour = ground[0] + ground[1] + ground[2] > 380 ? [20, 15, 20] : [250, 250, 245];
  return (
    `<path d="M${shape.join("L")}Z" fill="${css(ground)}"/>` +
    fitted(
      text,
      look.smallFace,
      { x: x - radius * 0.65, y: y - radius * 0.4, width: radius * 1.3, height: radius * 0.8 },
      ink,
      ground,
    )
  );
}

/** The front of a package, a book's cover or a poster. */
export function front(random: Random, look: Style, w: number, h: number): string {
  const { colours, brand, brandFace, smallFace, emblem } = look;
  const small = Math.min(w, h);
  let svg = background(random, colours, w, h);
  const top = random.chance(0.6);
  const titleHeight = h * random.range(0.14, 0.34);
  const titleY = top ? h * 0.05 : h * random.range(0.55, 0.62);
  if (random.chance(0.45))
    svg += rectangle(
      w * 0.04,
      titleY,
      w * 0.92,
      titleHeight,
      colours.ground,
      random.chance(0.5) ? `rx="${(small * 0.06).toFixed(2)}"` : "",
    );
  svg += fitted(
    brand,
    brandFace,
    { x: w * 0.08, y: titleY, width: w * 0.84, height: titleHeight },
    colours.ink,
    colours.ground,
  );
  const pictureY = top ? titleY + titleHeight + h * 0.22 : h * 0.3;
  const picture = random.chance(0.65) ? emblem : motif(random, colours);
  svg += place(
    picture,
    w * random.range(0.35, 0.65),
    pictureY,
    small * random.range(0.2, 0.34),
    random.chance(0.2) ? random.range(-30, 30) : 0,
  );
  if (random.chance(0.7))
    svg += fitted(
      word(random, 2),
      smallFace,
      { x: w * 0.1, y: h * (top ? 0.76 : 0.87), width: w * random.range(0.4, 0.8), height: h * 0.08 },
      colours.ink,
      colours.ground,
    );
  if (random.chance(0.6))
    svg += print(
      random,
      smallFace,
      { x: w * 0.08, y: h * 0.87, width: w * random.range(0.3, 0.8), height: h * 0.1 },
      colours.ink,
    );
  if (random.chance(0.45))
    svg += badge(
      random,
      look,
      w * random.range(0.7, 0.85),
      h * random.range(0.4, 0.75),
      small * random.range(0.1, 0.18),
    );
  if (random.chance(0.2)) svg += barcode(random, w * 0.6, h * 0.86, w * 0.34, h * 0.1);
  return svg;
}

/** A narrow or secondary face: plain ground, the brand along it, print, a barcode. */
export function side(random: Random, look: Style, w: number, h: number): string {
  const { colours, brand, brandFace, smallFace, emblem } = look;
  const ground = random.chance(0.6) ? colours.ground : mix(random.pick(colours.accents), colours.ground, 0.3);
  let svg = rectangle(0, 0, w, h, ground);
  if (h > 1.6 * w && random.chance(0.6)) {
    const along = fitted(
      brand,
      brandFace,
      { x: -h * 0.45, y: -w * 0.35, width: h * 0.9, height: w * 0.7 },
      colours.ink,
      ground,
    );
    return svg + place(along, w / 2, h / 2, 1, random.chance(0.5) ? 90 : -90);
  }
  svg += fitted(brand, brandFace, { x: w * 0.1, y: h * 0.08, width: w * 0.8, height: h * 0.2 }, colours.ink, ground);
  svg += random.chance(0.5)
    ? place(emblem, w / 2, h * 0.5, Math.min(w, h) * 0.16)
    : print(random, smallFace, { x: w * 0.1, y: h * 0.34, width: w * 0.8, height: h * 0.3 }, colours.ink);
  return svg + (random.chance(0.5) ? barcode(random, w * 0.2, h * 0.74, w * 0.6, h * 0.18) : "");
}

/** A label that runs round a can or bottle: `turns` fronts side by side. */
export function wrap(random: Random, look: Style, w: number, h: number): string {
  const fronts = random.int(2, 3);
  const panel = front(random, look, w / fronts, h);
  return Array.from(
    { length: fronts },
    (_, i) => `<g transform="translate(${((i * w) / fronts).toFixed(2)} 0)">${panel}</g>`,
  ).join("");
}

/** A playing card, ticket or stamp: a border, a few figures in a regular arrangement, a sign in two corners. */
export function card(random: Random, look: Style, w: number, h: number): string {
  const { colours, emblem, brandFace } = look;
  const ground = mix(colours.ground, [250, 248, 240], random.range(0.5, 1));
  const edge = Math.min(w, h) * 0.05;
  let svg =
    rectangle(0, 0, w, h, ground) +
    rectangle(
      edge,
      edge,
      w - 2 * edge,
      h - 2 * edge,
      ground,
      `stroke="${css(colours.ink)}" stroke-width="${(edge * random.range(0.1, 0.6)).toFixed(2)}"`,
    );
  const columns = random.int(1, 3);
  const rows = random.int(1, 4);
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++)
      svg += place(
        emblem,
        (w * (i + 1)) / (columns + 1),
        (h * (j + 1)) / (rows + 1),
        Math.min(w / columns, h / rows) * 0.27,
        j * 2 >= rows ? 180 : 0,
      );
  const corner = { x: w * 0.06, y: h * 0.05, width: w * 0.14, height: h * 0.12 };
  const sign = fitted(
    random.pick([..."ABCDEFGHJKLMNPQRSTUVWXYZ23456789"]),
    brandFace,
    corner,
    colours.ink[0] + colours.ink[1] > 350 ? [30, 20, 40] : colours.ink,
    ground,
  );
  return `${svg}${sign}<g transform="rotate(180 ${w / 2} ${h / 2})">${sign}</g>`;
}

/** Buttons, dials, a screen: the face of a device. */
export function panel(random: Random, look: Style, w: number, h: number): string {
  const { colours } = look;
  const metal = random.chance(0.5);
  const ground: Colour = metal ? [random.range(30, 200), random.range(30, 200), random.range(30, 200)] : colours.ground;
  let svg = rectangle(0, 0, w, h, metal ? mix(ground, [120, 120, 125], 0.7) : ground);
  const screenHeight = h * random.range(0.2, 0.45);
  svg += rectangle(w * 0.1, h * 0.08, w * 0.8, screenHeight, [25, 40, 38], `rx="2"`);
  svg += fitted(
    String(random.int(10, 99999)),
    look.smallFace,
    { x: w * 0.15, y: h * 0.1, width: w * 0.7, height: screenHeight * 0.8 },
    [150, 255, 190],
    [25, 40, 38],
  );
  const columns = random.int(2, 5);
  const cell = (w * 0.8) / columns;
  const round = random.chance(0.5);
  for (let y = h * 0.12 + screenHeight; y + cell < h * 0.96; y += cell)
    for (let i = 0; i < columns; i++) {
      const colour = random.chance(0.75) ? mix(ground, [235, 235, 235], 0.55) : random.pick(colours.accents);
      svg += rectangle(
        w * 0.1 + (i + 0.14) * cell,
        y + cell * 0.14,
        cell * 0.72,
        cell * 0.72,
        colour,
        `rx="${round ? cell : 1}" stroke="rgb(20,20,20)" stroke-width=".6"`,
      );
    }
  return svg;
}
