import type { Figure } from "../../benchmark/sweep/curves.js";
import { embeddedStyle, pageDocument } from "../document.js";
import { Html, html } from "../html.js";

/** What a page of sweeps shows. */
export interface SweepPage {
  /** Name of the parameter. */
  readonly parameter: string;
  /** Where the photos and the ground truth are. */
  readonly photos: string;
  readonly groundTruth: string;
  /** Figures with their SVG. */
  readonly figures: readonly (Figure & { readonly svg: string })[];
}

/** The page of a sweep: one file that holds all it needs. `style` is the pages' style sheet. */
export function sweepPage({ parameter, photos, groundTruth, figures }: SweepPage, style: string): Html {
  return pageDocument({
    title: parameter,
    head: embeddedStyle(style),
    kind: "evaluation",
    body: html`<header class="masthead">
        <p class="wordmark">Leitmotif measures</p>
        <h1>What ${parameter} does</h1>
        <p class="lead">Photos of ${photos}, ground truth of ${groundTruth}.</p>
      </header>
      <main>${figures.map((figure, i) => section(figure, parameter, i))}</main>`,
  });
}

function section({ measure, curves, svg }: SweepPage["figures"][number], parameter: string, index: number): Html {
  const values = [...new Set(curves.flatMap(({ points }) => points.map(({ value }) => value)))].sort((a, b) => a - b);
  return html`<section aria-labelledby="figure-${index}">
    <h2 id="figure-${index}">${measure}</h2>
    <figure>${Html.trusted(svg)}</figure>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">${parameter}</th>
            ${values.map((value) => html`<th scope="col" class="number">${value}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${curves.map(
            ({ name, diffusion, points }) =>
              html`<tr>
                <th scope="row">${name}${diffusion && " with diffusion"}</th>
                ${values.map((value) => html`<td class="number">${cell(points, value)}</td>`)}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function cell(points: readonly { value: number; y: number }[], value: number): string {
  const y = points.find((point) => point.value === value)?.y;
  return y === undefined || Number.isNaN(y) ? "" : (100 * y).toFixed(1);
}
