import { cssGradient } from "../colour-map.js";
import { embeddedStyle, pageDocument } from "../document.js";
import { counted, significant } from "../../format.js";
import type { Html } from "../html.js";
import { html } from "../html.js";
import type { MapKind } from "../model.js";
import type { ChannelFact } from "./channels.js";
import { evolution, rectangles } from "./evolution.js";
import { type Explanation, type ExplanationPictures, NEAR_SHOWN } from "./explanation.js";
import type { NearRegion } from "./patches.js";

const NAMES: Record<MapKind, string> = { feature: "Feature saliency", object: "Object saliency" };
const KINDS: readonly MapKind[] = ["feature", "object"];

/** The page of an explanation: one file that holds all it needs, to keep or to send. `style` is the pages' style sheet. */
export function explanationPage(explanation: Explanation, pictures: ExplanationPictures, style: string): Html {
  const { image, traces, looks, notes, channels } = explanation;
  const [features, objects] = KINDS.map((kind) => traces[kind].regions.length) as [number, number];
  return pageDocument({
    title: image.path,
    head: embeddedStyle(style, grounds(pictures)),
    kind: "explain",
    properties: `--saliency:${cssGradient()};--aspect:${(image.width / image.height).toFixed(4)}`,
    body: html`<header class="masthead">
        <p class="wordmark">Leitmotif explains</p>
        <h1>${image.path}</h1>
        <p class="lead">
          ${counted(features, "region")} of feature saliency, ${counted(objects, "region")} of object saliency.
        </p>
        ${notes.map((note) => html`<p class="note" role="note">${note}</p>`)}
      </header>
      <main>
        <section aria-labelledby="maps-title">
          <h2 id="maps-title">Maps</h2>
          <p class="about">
            What the network sees in the photo, and what of it recurs in the collection. Numbers mark the patches that
            are looked up below.
          </p>
          <div class="maps">${KINDS.map((kind) => mapPanel(explanation, kind))}</div>
          <p class="legend">
            <span>0</span><span class="scale" role="img" aria-label="from dark, 0, to bright, the map's maximum"></span
            ><span>map’s maximum</span>
          </p>
        </section>
        ${KINDS.map((kind) => evolutionSection(explanation, kind))}
        <section aria-labelledby="patches-title">
          <h2 id="patches-title">Patches and their nearest regions</h2>
          <p class="about">
            Object saliency at a patch is its own feature saliency times the sum, over its nearest regions in the
            collection, of similarity, feature saliency and centrality, each with its power. A green outline means high
            centrality among those shown, a red one low.
          </p>
          ${looks.map((_, i) => lookArticle(explanation, pictures, i))}
        </section>
        <section aria-labelledby="channels-title">
          <h2 id="channels-title">Channels</h2>
          <p class="about">
            Those that make up most of this image’s feature saliency. A channel weighs the more the rarer it is active:
            one that fires at a few odd cells can rule a map.
          </p>
          ${channelTable(channels)}
        </section>
      </main>`,
  });
}

/** The photo and the heat maps as backgrounds, so that each is in the file once however often it is shown. */
function grounds({ photo, heat }: ExplanationPictures): string {
  const rule = (name: string, type: string, data: Buffer) =>
    `.ground.${name}{background-image:url(data:image/${type};base64,${data.toString("base64")})}`;
  return [photo ? rule("picture", "jpeg", photo) : "", ...KINDS.map((kind) => rule(kind, "webp", heat[kind]))].join(
    "\n",
  );
}

function sheet({ maps }: Explanation, kind: MapKind, drawing: Html): Html {
  const { width, height } = maps[kind];
  return html`<div class="sheet">
    <span class="ground picture"></span><span class="ground heat ${kind}"></span>
    <svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">${drawing}</svg>
  </div>`;
}

function mapPanel(explanation: Explanation, kind: MapKind): Html {
  const { width, height } = explanation.maps[kind];
  const marks = explanation.looks.map(({ rectangle: { x0, y0, x1, y1 } }, i) => {
    const place = `inset-inline-start:${(50 * (x0 + x1)) / width}%;inset-block-start:${(50 * (y0 + y1)) / height}%`;
    return html`<a class="mark" style="${place}" href="#patch-${i + 1}">${i + 1}</a>`;
  });
  return html`<figure>
    <div class="marked">${sheet(explanation, kind, rectangles(explanation.traces[kind].regions))}${marks}</div>
    <figcaption>${NAMES[kind]}, ${width} × ${height} cells</figcaption>
  </figure>`;
}

function evolutionSection(explanation: Explanation, kind: MapKind): Html {
  const trace = explanation.traces[kind];
  const name = NAMES[kind].toLowerCase();
  return html`<section aria-labelledby="${kind}-title">
    <h2 id="${kind}-title">How ${name} became regions</h2>
    <p class="about">
      A Gaussian mixture begins with a component at each salient cell. The components expand and purge each other (<i
        >i</i
      >
      iterations, <i>m</i> components left) until
      ${trace.converged ? "they stay where they are" : html`<strong>they were stopped, not yet at rest</strong>`}.
      Ellipses are one standard deviation wide to each side, brighter for heavier components.
    </p>
    ${
      trace.regions.length === 0
        ? html`<p>The map is zero everywhere: there is nothing to begin with.</p>`
        : html`<div class="strip">
            ${evolution(
              trace,
              (drawing, caption) =>
                html`<figure>
                  ${sheet(explanation, kind, drawing)}
                  <figcaption>${caption}</figcaption>
                </figure>`,
            )}
          </div>`
    }
  </section>`;
}

function lookArticle(explanation: Explanation, { looks: crops, regions }: ExplanationPictures, i: number): Html {
  const look = explanation.looks[i] as Explanation["looks"][number];
  const shown = look.near.slice(0, NEAR_SHOWN);
  const centralities = shown.map(({ centrality }) => centrality);
  const [least, most] = [Math.min(...centralities), Math.max(...centralities)];
  const total = look.near.reduce((sum, { similarity }) => sum + Number(similarity > 0), 0);
  return html`<article class="look" id="patch-${i + 1}">
    <header>
      <h3>Patch ${i + 1}</h3>
      <p class="quiet">${look.why}</p>
      ${crops[i] && html`<img src="${dataUrl(crops[i])}" alt="patch ${i + 1}" />`} ${figures(explanation, look, total)}
    </header>
    <div>
      <ol class="near">
        ${shown.map((near) => {
          const region = regions.get(near.region);
          return nearItem(near, look.sum, most > least ? (near.centrality - least) / (most - least) : 1, region);
        })}
      </ol>
      <details>
        <summary>Channels of this patch</summary>
        ${channelTable(look.channels)}
      </details>
    </div>
  </article>`;
}

function figures(explanation: Explanation, look: Explanation["looks"][number], similar: number): Html {
  const { maps, objectSaliency } = explanation;
  const { at, rectangle } = look;
  const row = (name: string, value: string) =>
    html`<tr>
      <th scope="row">${name}</th>
      <td>${value}</td>
    </tr>`;
  const value = (kind: MapKind) => {
    const { data, width } = maps[kind];
    const peak = data.reduce((max, v) => Math.max(max, v), 0);
    const here = at ? (data[at.y * width + at.x] as number) : 0;
    return `${significant(here)}, ${peak > 0 ? Math.round((100 * here) / peak) : 0} % of the peak`;
  };
  return html`<table>
    <tbody>
      ${
        at
          ? html`${row("Cell", `${at.x}, ${at.y}`)} ${row("Feature saliency", value("feature"))}
            ${row("Object saliency", value("object"))}`
          : row("Cells", `${rectangle.x0}–${rectangle.x1}, ${rectangle.y0}–${rectangle.y1}`)
      }
      ${row("Sum over regions", significant(look.sum))}
      ${row("Similar regions", `${similar} of the ${look.near.length} nearest`)}
      ${row("Powers", `β ${objectSaliency.beta}, Θ ${objectSaliency.Theta}, θ ${objectSaliency.theta}`)}
    </tbody>
  </table>`;
}

function nearItem(
  { own, similarity, saliency, centrality, term }: NearRegion,
  sum: number,
  relative: number,
  region: { path: string; crop?: Buffer | undefined } | undefined,
): Html {
  return html`<li>
    <div class="neighbour" style="--central:${relative.toFixed(3)}" title="${region?.path}">
      ${region?.crop ? html`<img src="${dataUrl(region.crop)}" alt="${region.path}" />` : html`<span class="absent">photo not found</span>`}
      ${own && html`<span class="own">this photo</span>`}
    </div>
    <dl>
      <div>
        <dt>similarity</dt>
        <dd>${similarity.toFixed(3)}</dd>
      </div>
      <div>
        <dt>saliency</dt>
        <dd>${saliency.toFixed(3)}</dd>
      </div>
      <div>
        <dt>centrality</dt>
        <dd>${significant(centrality)}</dd>
      </div>
      <div>
        <dt>of the sum</dt>
        <dd>${sum > 0 ? ((100 * term) / sum).toFixed(1) : "0"} %</dd>
      </div>
    </dl>
  </li> `;
}

function channelTable(channels: readonly ChannelFact[]): Html {
  if (channels.length === 0) return html`<p>No channel is active.</p>`;
  return html`<table class="channels">
    <thead>
      <tr>
        <th scope="col">Channel</th>
        <th scope="col">Share of the saliency</th>
        <th scope="col">Weight b</th>
        <th scope="col">Active at</th>
      </tr>
    </thead>
    <tbody>
      ${channels.map(
        ({ channel, weight, active, share }) =>
          html`<tr>
            <th scope="row">${channel}</th>
            <td>${(100 * share).toFixed(1)} %</td>
            <td>${weight.toFixed(2)}</td>
            <td>${(100 * active).toFixed(1)} % of the cells</td>
          </tr> `,
      )}
    </tbody>
  </table>`;
}

function dataUrl(jpeg: Buffer): string {
  return `data:image/jpeg;base64,${jpeg.toString("base64")}`;
}
