/** Figures and patterns in SVG: what printed designs, toys and signs are made of. */
import { type Colour, css, type Palette } from "./colour.js";
import { inventedGlyph } from "./glyphs.js";
import type { Random } from "./random.js";

type Point = readonly [number, number];

const number = (value: number) => value.toFixed(3);

export function polygon(points: readonly Point[], attributes: string): string {
  return `<path d="M${points.map(([x, y]) => `${number(x)} ${number(y)}`).join("L")}Z" ${attributes}/>`;
}

function polyline(points: readonly Point[], attributes: string): string {
  return `<path d="M${points.map(([x, y]) => `${number(x)} ${number(y)}`).join("L")}" ${attributes}/>`;
}

/** A smooth closed curve through points (quadratic arcs between the middles of the sides). */
export function smoothClosed(points: readonly Point[]): string {
  const middle = (a: Point, b: Point): Point => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  const at = (i: number) => points[(i + points.length) % points.length] as Point;
  let path = `M${middle(at(-1), at(0)).map(number).join(" ")}`;
  points.forEach((p, i) => {
    path += `Q${p.map(number).join(" ")} ${middle(p, at(i + 1))
      .map(number)
      .join(" ")}`;
  });
  return `${path}Z`;
}

function ring(count: number, radius: (i: number) => number, turn = 0): Point[] {
  return Array.from({ length: count }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / count;
    return [radius(i) * Math.cos(angle), radius(i) * Math.sin(angle)] as const;
  });
}

/** A figure about the origin, within a radius of about 1. */
export type Motif = (random: Random, colours: Palette) => string;

const fill = (colour: Colour) => `fill="${css(colour)}"`;
const stroke = (colour: Colour, width: number) =>
  `fill="none" stroke="${css(colour)}" stroke-width="${number(width)}" stroke-linejoin="round" stroke-linecap="round"`;
const accent = (random: Random, colours: Palette) => random.pick(colours.accents);

const star: Motif = (random, colours) => {
  const points = random.int(4, 14);
  const inner = random.range(0.3, 0.85);
  const shape = polygon(
    ring(2 * points, (i) => (i % 2 ? inner : 1), random.next()),
    fill(accent(random, colours)),
  );
  return shape + (random.chance(0.5) ? `<circle r="${number(inner * 0.7)}" ${fill(accent(random, colours))}/>` : "");
};

const rosette: Motif = (random, colours) => {
  const folds = random.int(4, 14);
  let svg = "";
  for (let layer = random.int(2, 4); layer > 0; layer--) {
    const size = layer / 4 + 0.15;
    const petal = `<path d="M0 0Q${number(random.range(0.1, 0.5))} ${number(-size * 0.6)} 0 ${number(-size)}Q${number(-random.range(0.1, 0.5))} ${number(-size * 0.6)} 0 0" ${fill(accent(random, colours))}/>`;
    const turn = random.next() * 360;
    for (let i = 0; i < folds; i++) svg += `<g transform="rotate(${number(turn + (360 * i) / folds)})">${petal}</g>`;
  }
  return `${svg}<circle r="${number(random.range(0.08, 0.25))}" ${fill(colours.ink)}/>`;
};

const target: Motif = (random, colours) => {
  const rings = random.int(2, 6);
  let svg = "";
  for (let i = rings; i > 0; i--)
    svg += `<circle r="${number(i / rings)}" ${fill(i % 2 ? accent(random, colours) : colours.ink)}/>`;
  return svg;
};

const spirograph: Motif = (random, colours) => {
  const a = random.int(2, 9);
  const b = random.int(2, 11);
  const mixing = random.range(0.3, 0.7);
  const points = Array.from({ length: 241 }, (_, i): Point => {
    const t = (2 * Math.PI * i) / 240;
    return [
      mixing * Math.cos(t * a) + (1 - mixing) * Math.cos(t * b),
      mixing * Math.sin(t * a) - (1 - mixing) * Math.sin(t * b),
    ];
  });
  return polyline(points, stroke(accent(random, colours), random.range(0.03, 0.09)));
};

const blob: Motif = (random, colours) => {
  const outline = smoothClosed(ring(random.int(5, 9), () => random.range(0.55, 1.15)));
  const inner = smoothClosed(ring(random.int(4, 7), () => random.range(0.2, 0.6)));
  return `<path d="${outline}" ${fill(accent(random, colours))}/><path d="${inner}" ${fill(accent(random, colours))}/>`;
};

/** A figure mirrored about its vertical axis: heads, insects, masks, ornaments. */
const mirrored: Motif = (random, colours) => {
  let half = "";
  for (let part = random.int(3, 6); part > 0; part--) {
    const x = random.range(0, 0.6);
    const y = random.range(-0.7, 0.7);
    const outline = smoothClosed(
      ring(random.int(4, 7), () => random.range(0.12, 0.5)).map(([a, b]): Point => [x + a, y + b]),
    );
    half += `<path d="${outline}" ${random.chance(0.8) ? fill(accent(random, colours)) : stroke(colours.ink, 0.07)}/>`;
  }
  return `${half}<g transform="scale(-1 1)">${half}</g>`;
};

/** A turtle's walk along a rewritten string: plants, snowflakes, dragon curves. */
const SYSTEMS: readonly { axiom: string; rules: Record<string, string>; angle: number; depth: number }[] = [
  { axiom: "F--F--F", rules: { F: "F+F--F+F" }, angle: 60, depth: 3 },
  { axiom: "X", rules: { X: "F[+X]F[-X]+X", F: "FF" }, angle: 22, depth: 4 },
  { axiom: "F", rules: { F: "F[+F]F[-F]F" }, angle: 26, depth: 3 },
  { axiom: "FX", rules: { X: "X+YF+", Y: "-FX-Y" }, angle: 90, depth: 8 },
  { axiom: "X", rules: { X: "-YF+XFX+FY-", Y: "+XF-YFY-FX+" }, angle: 90, depth: 4 },
  { axiom: "F-G-G", rules: { F: "F-G+F+G-F", G: "GG" }, angle: 120, depth: 4 },
  { axiom: "F+F+F+F", rules: { F: "FF+F-F+F+FF" }, angle: 90, depth: 2 },
];

const fractalLine: Motif = (random, colours) => {
  const { axiom, rules, angle, depth } = random.pick(SYSTEMS);
  const turn = (angle * (random.chance(0.5) ? 1 : random.range(0.8, 1.2)) * Math.PI) / 180;
  let text = axiom;
  for (let i = 0; i < depth; i++) text = [...text].map((c) => rules[c] ?? c).join("");
  let x = 0;
  let y = 0;
  let heading = -Math.PI / 2;
  const stack: [number, number, number][] = [];
  const lines: Point[][] = [[[0, 0]]];
  for (const c of text) {
    if (c === "F" || c === "G") {
      x += Math.cos(heading);
      y += Math.sin(heading);
      lines.at(-1)?.push([x, y]);
    } else if (c === "+") heading += turn;
    else if (c === "-") heading -= turn;
    else if (c === "[") stack.push([x, y, heading]);
    else if (c === "]") {
      [x, y, heading] = stack.pop() ?? [0, 0, 0];
      lines.push([[x, y]]);
    }
  }
  const all = lines.flat();
  const [x0, x1] = [Math.min(...all.map((p) => p[0])), Math.max(...all.map((p) => p[0]))];
  const [y0, y1] = [Math.min(...all.map((p) => p[1])), Math.max(...all.map((p) => p[1]))];
  const scale = 2 / Math.max(x1 - x0, y1 - y0, 1);
  const d = lines
    .map(
      (line) =>
        `M${line.map((p) => `${number((p[0] - (x0 + x1) / 2) * scale)} ${number((p[1] - (y0 + y1) / 2) * scale)}`).join("L")}`,
    )
    .join("");
  return `<path d="${d}" ${stroke(accent(random, colours), random.range(0.025, 0.07))}/>`;
};

const crest: Motif = (random, colours) => {
  const shield = `M-.8 -.9L.8 -.9L.8 .1Q.7 .8 0 1Q-.7 .8 -.8 .1Z`;
  const clip = `c${random.int(0, 1e9)}`;
  const bars = random.chance(0.5)
    ? `<rect x="-1" y="-.2" width="2" height="${number(random.range(0.2, 0.6))}" ${fill(accent(random, colours))}/>`
    : `<path d="M-1 -1L1 1M1 -1L-1 1" ${stroke(accent(random, colours), 0.25)}/>`;
  return `<clipPath id="${clip}"><path d="${shield}"/></clipPath><g clip-path="url(#${clip})"><rect x="-1" y="-1" width="2" height="2" ${fill(accent(random, colours))}/>${bars}<g transform="scale(.45)">${random.pick([star, rosette, glyph])(random, colours)}</g></g><path d="${shield}" ${stroke(colours.ink, 0.09)}/>`;
};

const glyph: Motif = (random, colours) =>
  `<g transform="scale(.33) translate(-2 -3)"><path d="${inventedGlyph(random)}" ${stroke(colours.ink, random.range(0.4, 1.1))}/></g>`;

const fish: Motif = (random, colours) => {
  const belly = random.range(0.3, 0.6);
  const tail = random.range(0.25, 0.5);
  return (
    `<path d="M-.9 0Q-.2 ${number(-belly * 2)} .5 0L1 ${number(-tail)}L1 ${number(tail)}L.5 0Q-.2 ${number(belly * 2)} -.9 0Z" ${fill(accent(random, colours))}/>` +
    `<circle cx="-.55" cy="-.08" r=".09" ${fill(colours.ground)}/><circle cx="-.55" cy="-.08" r=".045" ${fill(colours.ink)}/>` +
    `<path d="M-.2 ${number(-belly / 2)}Q0 0 -.2 ${number(belly / 2)}M.05 -.2Q.2 0 .05 .2" ${stroke(colours.ink, 0.05)}/>`
  );
};

const landscape: Motif = (random, colours) => {
  const ridge = (base: number, rough: number): Point[] => {
    const points: Point[] = [[-1, 1]];
    for (let i = 0; i <= 8; i++) points.push([-1 + i / 4, base + random.range(-rough, rough)]);
    return [...points, [1, 1]];
  };
  return (
    `<rect x="-1" y="-1" width="2" height="2" ${fill(accent(random, colours))}/>` +
    `<circle cx="${number(random.range(-0.6, 0.6))}" cy="${number(random.range(-0.7, -0.2))}" r="${number(random.range(0.15, 0.35))}" ${fill(accent(random, colours))}/>` +
    polygon(ridge(-0.1, 0.35), fill(accent(random, colours))) +
    polygon(ridge(0.45, 0.2), fill(colours.ink))
  );
};

/** A head with eyes and ears. Not among the motifs: every face is like every other, and would recur. */
export const face: Motif = (random, colours) => {
  const eye = random.range(0.1, 0.22);
  const spread = random.range(0.25, 0.5);
  const mouth = random.range(-0.3, 0.4);
  const ears = random.chance(0.5)
    ? `<circle cx="-.75" cy="-.7" r=".35" ${fill(colours.ink)}/><circle cx=".75" cy="-.7" r=".35" ${fill(colours.ink)}/>`
    : polygon(
        [
          [-0.9, -1.1],
          [-0.3, -0.7],
          [-0.85, -0.2],
        ],
        fill(colours.ink),
      ) +
      polygon(
        [
          [0.9, -1.1],
          [0.3, -0.7],
          [0.85, -0.2],
        ],
        fill(colours.ink),
      );
  const eyes = [-1, 1]
    .map(
      (side) =>
        `<ellipse cx="${number(side * spread)}" cy="-.2" rx="${number(eye)}" ry="${number(eye * 1.2)}" ${fill([250, 250, 250])}/><circle cx="${number(side * spread)}" cy="-.17" r="${number(eye * 0.55)}" ${fill([15, 15, 20])}/>`,
    )
    .join("");
  return `${ears}<ellipse rx=".92" ry="${number(random.range(0.8, 1))}" ${fill(accent(random, colours))}/>${eyes}<path d="M-.4 .4Q0 ${number(0.4 + mouth)} .4 .4" ${stroke([20, 10, 10], 0.08)}/><ellipse cy=".12" rx=".12" ry=".09" ${fill(colours.ink)}/>`;
};

const bolt: Motif = (random, colours) =>
  polygon(
    [
      [0.2, -1],
      [-0.6, 0.15],
      [-0.05, 0.15],
      [-0.25, 1],
      [0.6, -0.25],
      [0.05, -0.25],
    ],
    fill(accent(random, colours)),
  );

const polygons: Motif = (random, colours) => {
  let svg = "";
  for (let i = random.int(3, 7); i > 0; i--) {
    const [x, y] = [random.range(-0.6, 0.6), random.range(-0.6, 0.6)];
    const shape = ring(random.int(3, 6), () => random.range(0.25, 0.6), random.next() * 6).map(([a, b]): Point => [
      x + a,
      y + b,
    ]);
    svg += polygon(shape, `${fill(accent(random, colours))} fill-opacity="${number(random.range(0.6, 1))}"`);
  }
  return svg;
};

export const MOTIFS: readonly Motif[] = [
  star,
  rosette,
  target,
  spirograph,
  blob,
  mirrored,
  fractalLine,
  crest,
  glyph,
  fish,
  landscape,
  bolt,
  polygons,
];

export function motif(random: Random, colours: Palette): string {
  return random.pick(MOTIFS)(random, colours);
}

/** Fills [0, width] x [0, height] with a pattern over the palette's ground. */
export function pattern(random: Random, colours: Palette, width: number, height: number): string {
  const base = `<rect width="${number(width)}" height="${number(height)}" ${fill(colours.ground)}/>`;
  const step = Math.min(width, height) / random.int(3, 11);
  const second = accent(random, colours);
  const kind = random.int(0, 8);
  let svg = "";
  const each = (draw: (x: number, y: number, odd: boolean) => string) => {
    for (let j = 0; j * step < height; j++)
      for (let i = 0; i * step < width; i++) svg += draw(i * step, j * step, (i + j) % 2 === 1);
  };
  if (kind === 0) {
    for (let x = 0; x < width; x += 2 * step)
      svg += `<rect x="${number(x)}" width="${number(step)}" height="${number(height)}" ${fill(second)}/>`;
  } else if (kind === 1) {
    const slope = random.range(-1.2, 1.2);
    for (let x = -2 * width; x < 3 * width; x += 2 * step)
      svg += polygon(
        [
          [x, 0],
          [x + step, 0],
          [x + step + slope * height, height],
          [x + slope * height, height],
        ],
        fill(random.chance(0.8) ? second : accent(random, colours)),
      );
  } else if (kind === 2) {
    const radius = step * random.range(0.2, 0.45);
    each(
      (x, y) =>
        `<circle cx="${number(x + step / 2)}" cy="${number(y + step / 2)}" r="${number(radius)}" ${fill(random.chance(0.7) ? second : accent(random, colours))}/>`,
    );
  } else if (kind === 3) {
    each((x, y, odd) =>
      odd
        ? `<rect x="${number(x)}" y="${number(y)}" width="${number(step)}" height="${number(step)}" ${fill(second)}/>`
        : "",
    );
  } else if (kind === 4) {
    each((x, y) =>
      polygon(
        random.chance(0.5)
          ? [
              [x, y],
              [x + step, y],
              [x, y + step],
            ]
          : [
              [x, y],
              [x + step, y],
              [x + step, y + step],
            ],
        fill(accent(random, colours)),
      ),
    );
  } else if (kind === 5) {
    each((x, y) => {
      const s = step / 2;
      const arcs = random.chance(0.5)
        ? `M${number(x + s)} ${number(y)}A${number(s)} ${number(s)} 0 0 1 ${number(x)} ${number(y + s)}M${number(x + step)} ${number(y + s)}A${number(s)} ${number(s)} 0 0 0 ${number(x + s)} ${number(y + step)}`
        : `M${number(x + s)} ${number(y)}A${number(s)} ${number(s)} 0 0 0 ${number(x + step)} ${number(y + s)}M${number(x)} ${number(y + s)}A${number(s)} ${number(s)} 0 0 1 ${number(x + s)} ${number(y + step)}`;
      return `<path d="${arcs}" ${stroke(second, step * 0.22)}/>`;
    });
  } else if (kind === 6) {
    for (let y = 0; y < height + step; y += step) {
      const wave = Array.from({ length: 25 }, (_, i): Point => [
        (i / 24) * width,
        y + Math.sin(i * 1.1 + y) * step * 0.3,
      ]);
      svg += polyline(wave, stroke(second, step * 0.3));
    }
  } else if (kind === 7) {
    const figure = motif(random, colours);
    each((x, y, odd) =>
      odd
        ? `<g transform="translate(${number(x + step / 2)} ${number(y + step / 2)}) scale(${number(step * 0.42)})">${figure}</g>`
        : "",
    );
  } else {
    for (let i = random.int(15, 60); i > 0; i--) {
      const [x, y] = [random.range(0, width), random.range(0, height)];
      svg += `<rect x="${number(x)}" y="${number(y)}" width="${number(step * random.range(0.1, 0.6))}" height="${number(step * random.range(0.1, 0.4))}" transform="rotate(${random.int(0, 180)} ${number(x)} ${number(y)})" ${fill(accent(random, colours))}/>`;
    }
  }
  return base + svg;
}
