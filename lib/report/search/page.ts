import type { PixelBox } from "../../regions/pixel-box.js";
import type { SearchHit, SearchResult } from "../../search/result.js";
import { embeddedStyle, pageDocument } from "../document.js";
import { counted } from "../../format.js";
import { type Html, html } from "../html.js";
import { outline } from "../sections/photos.js";
import type { SearchPage } from "./model.js";
import { percent, verdictOf } from "./words.js";

/** The page of a search: one file that holds all it needs, to keep or to send. `style` is the pages' style sheet. */
export function searchPage(page: SearchPage, style: string): Html {
  const { result, title } = page;
  const { headline, reason } = verdictOf(result);
  return pageDocument({
    title: `${page.query.map(({ name }) => name).join(", ")} in ${title}`,
    head: embeddedStyle(style),
    kind: "search",
    body: html`<header class="masthead">
        <p class="wordmark">Leitmotif searches</p>
        <h1>${title}</h1>
        <p class="lead">${result.verdict.matches === true ? html`<strong>${headline}</strong>` : headline} ${reason}</p>
      </header>
      <main>
        <section aria-labelledby="query-title">
          <h2 id="query-title">Query</h2>
          <p class="about">${about(result)}</p>
          <div class="query">${page.query.map((_, i) => queryFigure(page, i))}</div>
        </section>
        <section aria-labelledby="results-title">
          <h2 id="results-title">${result.verdict.matches === false ? "The nearest, all the same" : "Results"}</h2>
          <p class="about">
            Similarity is that of whitened descriptors, from −1 to 1. Chance is how often a query that shows nothing of
            the collection finds a photo as similar all the same.
          </p>
          <ol class="hits">
            ${result.hits.map((hit, i) => hitItem(page, hit, i))}
          </ol>
        </section>
      </main>`,
  });
}

function about({ method, expand, searched, query }: SearchResult): string {
  const how = {
    none: "not expanded",
    diffusion: "expanded by diffusion",
    offline: "expanded by diffusion solved ahead",
  };
  const parts = query.length > 1 ? `${counted(query.length, "part")} of one object, s` : "S";
  return `${parts}earched by ${method}, ${how[expand]}, among ${counted(searched, "photo")}.`;
}

function picture(
  jpeg: Buffer | undefined,
  size: { width: number; height: number } | null,
  boxes: { strong: readonly PixelBox[]; faint?: readonly PixelBox[] },
  alt: string,
): Html {
  if (!jpeg || !size)
    return html`<div class="sheet" style="--aspect:1.3333"><span class="absent">no picture</span></div>`;
  const { width, height } = size;
  const path = (name: string, list: readonly PixelBox[] = []) =>
    list.length > 0 && html`<path class="${name}" d="${outline(list)}" />`;
  return html`<div class="sheet" style="--aspect:${(width / height).toFixed(4)}">
    <img src="data:image/jpeg;base64,${jpeg.toString("base64")}" alt="${alt}" />
    <svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">
      ${path("object", boxes.strong)} ${path("object faint", boxes.faint)}
    </svg>
  </div>`;
}

function queryFigure({ query, result }: SearchPage, i: number): Html {
  const part = result.query[i] as SearchResult["query"][number];
  const { name, picture: jpeg } = query[i] as SearchPage["query"][number];
  return html`<figure>
    ${picture(jpeg, part.image, { strong: part.box ? [part.box] : [] }, name)}
    <figcaption>
      <span class="name" title="${name}"><bdi>${name}</bdi></span>
      <span>${part.box ? "the box" : "the whole photo"}</span>
    </figcaption>
  </figure>`;
}

function hitItem({ pictures, sizes, result }: SearchPage, hit: SearchHit, i: number): Html {
  const [best, ...others] = hit.places;
  const matching = hit.chance !== null && hit.chance <= result.verdict.least;
  const boxes = { strong: best ? [best.box] : [], faint: others.map(({ box }) => box) };
  return html`<li class="${matching ? "matching" : ""}">
    <figure>
      ${picture(pictures[i], sizes[i] ?? null, boxes, hit.path)}
      <figcaption>
        <span class="name" title="${hit.path}"><bdi>${hit.path}</bdi></span> <span>${hit.rank}</span>
      </figcaption>
    </figure>
    <dl>
      <div>
        <dt>similarity</dt>
        <dd>${hit.similarity.toFixed(3)}</dd>
      </div>
      ${
        hit.chance !== null &&
        html`<div>
          <dt>chance</dt>
          <dd>${percent(hit.chance)}</dd>
        </div>`
      }
      ${
        others.length > 0 &&
        html`<div>
          <dt>places</dt>
          <dd>${hit.places.length}</dd>
        </div>`
      }
    </dl>
    ${hit.via && html`<p class="quiet">${way(hit)}</p>`}
  </li> `;
}

function way({ via = [], score }: SearchHit): string {
  if (via.length > 0) return `found over ${via.map(({ path }) => path).join(", then ")}`;
  return score > 0 ? "found directly" : "not reached; next by similarity";
}
