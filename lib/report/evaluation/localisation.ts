import type { Localisation } from "../../benchmark/evaluation.js";
import { counted } from "../../format.js";
import { type Html, html } from "../html.js";
import { percent } from "./percent.js";

const WIDTH = 640;
const HEIGHT = 220;
const FOOT = 38;

/** Saliency precision with its histogram (Figure 8), and how often a detected region hits an object. */
export function localisationSection({ images, boxShare, feature, object }: Localisation): Html {
  const kinds = [["feature", "Feature saliency", feature] as const, ["object", "Object saliency", object] as const];
  return html`<section aria-labelledby="localisation-title">
    <h2 id="localisation-title">Saliency and true boxes</h2>
    <p class="about">
      Of ${counted(images, "image")} with boxes, which take ${percent(boxShare)} % of the area. Saliency precision: the
      share of an image’s saliency that lies inside its boxes. CorLoc: the share of images where a detected region and a
      true box overlap by half of their union.
    </p>
    <div class="columns">
      <figure>
        ${histograms(feature.histogram, object.histogram)}
        <figcaption class="keys">
          ${kinds.map(([kind, name]) => html`<span class="key ${kind}">${name}</span>`)}
        </figcaption>
      </figure>
      <table>
        <thead>
          <tr>
            <th scope="col">%</th>
            <th scope="col" class="number">precision</th>
            <th scope="col" class="number">CorLoc, any region</th>
            <th scope="col" class="number">first region</th>
          </tr>
        </thead>
        <tbody>
          ${kinds.map(
            ([, name, { precision, corLoc }]) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td class="number">${percent(precision)}</td>
                <td class="number">${percent(corLoc.any)}</td>
                <td class="number">${percent(corLoc.first)}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** Two histograms of saliency precision, bar beside bar. */
function histograms(feature: readonly number[], object: readonly number[]): Html {
  const most = Math.max(1, ...feature, ...object);
  const step = WIDTH / feature.length;
  const base = HEIGHT - FOOT;
  const bars = (values: readonly number[], kind: string, shift: number) =>
    values.map((value, i) => {
      const height = (value / most) * (base - 14);
      const [left, width] = [i * step + shift * step, step * 0.42];
      return html`<rect
        class="${kind}"
        x="${left.toFixed(1)}"
        y="${(base - height).toFixed(1)}"
        width="${width.toFixed(1)}"
        height="${height.toFixed(1)}"
        ><title>${value}</title></rect
      > `;
    });
  const mark = (share: number, anchor: string) =>
    html`<text x="${(share * WIDTH).toFixed(0)}" y="${HEIGHT - 20}" text-anchor="${anchor}">${share}</text>`;
  return html`<svg
    class="histogram"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    role="img"
    aria-label="Images by saliency precision"
  >
    <text x="0" y="11">${most} images</text>
    ${bars(feature, "feature", 0.06)} ${bars(object, "object", 0.5)}
    <line x1="0" y1="${base}" x2="${WIDTH}" y2="${base}" />
    ${mark(0, "start")} ${mark(0.5, "middle")} ${mark(1, "end")}
    <text x="${WIDTH / 2}" y="${HEIGHT - 5}" text-anchor="middle">saliency precision</text>
  </svg>`;
}
