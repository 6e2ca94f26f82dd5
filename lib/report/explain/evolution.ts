import type { EgmStep, EgmTrace } from "../../regions/detect.js";
import type { Rectangle } from "../../regions/region.js";
import { type Html, html } from "../html.js";

/** How many moments of an evolution are drawn before the regions that come of it. */
const FRAMES = 7;

/** Components are drawn in three strengths, by the share of the largest mixing coefficient that they have. */
const STRENGTHS = [
  { name: "strong", from: 0.5 },
  { name: "medium", from: 0.05 },
  { name: "weak", from: 0 },
] as const;

/** The iterations to draw: the start, then at growing distances up to the last. */
export function moments(iterations: number): number[] {
  const last = iterations;
  const wanted = Array.from({ length: FRAMES }, (_, j) => Math.round((last + 1) ** (j / (FRAMES - 1)) - 1));
  const distinct = new Set(wanted);
  for (let i = 0; i <= last && distinct.size < FRAMES; i++) distinct.add(i);
  return [...distinct].sort((a, b) => a - b);
}

/** The components of a mixture as ellipses of one standard deviation, in a picture of `width` x `height` cells. */
export function ellipses({ pi, mu, variance }: EgmStep): Html {
  const largest = pi.reduce((max, value) => Math.max(max, value), 0);
  const paths = new Map<string, string[]>(STRENGTHS.map(({ name }) => [name, []]));
  pi.forEach((weight, i) => {
    const { name } = STRENGTHS.find(({ from }) => weight >= from * largest) ?? STRENGTHS[2];
    const [x, y] = [0, 1].map((axis) => (mu[2 * i + axis] as number) + 0.5) as [number, number];
    const [rx, ry] = [0, 1].map((axis) => Math.sqrt(variance[2 * i + axis] as number)) as [number, number];
    paths.get(name)?.push(`M${short(x - rx)} ${short(y)}a${short(rx)} ${short(ry)} 0 1 1 0 .01z`);
  });
  return html`${[...paths].map(
    ([name, list]) => list.length > 0 && html`<path class="component ${name}" d="${list.join("")}" />`,
  )}`;
}

/** Rectangles of map cells. */
export function rectangles(list: readonly Rectangle[]): Html {
  const path = list.map(({ x0, y0, x1, y1 }) => `M${x0} ${y0}h${x1 - x0}v${y1 - y0}h${x0 - x1}z`).join("");
  return html`<path class="region" d="${path}" />`;
}

/** The evolution of a mixture as a strip of pictures (the paper's Figure 3), ended by the regions it gives. */
export function evolution(trace: EgmTrace, frame: (drawing: Html, caption: Html) => Html): Html {
  const last = trace.steps.length - 1;
  const steps = moments(last).map((i) => {
    const step = trace.steps[i] as EgmStep;
    return frame(ellipses(step), html`<i>i</i> = ${i}, <i>m</i> = ${step.pi.length}`);
  });
  const { regions } = trace;
  return html`${steps}
  ${frame(rectangles(regions), html`${regions.length} ${regions.length === 1 ? "region" : "regions"}`)}`;
}

const short = (value: number): string => String(Math.round(value * 100) / 100);
