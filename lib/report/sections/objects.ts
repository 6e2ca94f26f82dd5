import { counted, count, significant } from "../../format.js";
import { type Html, html } from "../html.js";
import type { ReportModel } from "../model.js";
import { PICTURES } from "../pictures.js";
import type { Crop, Gallery, Selection } from "../selection.js";

/** Crops of an object that are seen before it is opened. */
const FIRST = 18;

/** A crop is shown at most this much wider than high, or higher than wide; of a longer one the middle. */
const LONGEST = 2;

/** The found objects as galleries of crops, or the notice that there is none. */
export function objects(model: ReportModel, { galleries, photos }: Selection, missing: ReadonlySet<number>): Html {
  if (galleries.length === 0) return nothingRecurs(model);
  const shown = new Set(photos.map((photo) => photo.index));
  return html`<section id="objects" aria-labelledby="objects-title">
    <h2 id="objects-title">Objects</h2>
    <p class="about">
      What recurs, the best attested first. Each gallery begins with the exemplar, the region with the highest
      centrality, and shows the most central region of every photo, in this order.
    </p>
    ${galleries.map((gallery) => objectArticle(model, gallery, shown, missing))}
  </section>`;
}

function nothingRecurs(model: ReportModel): Html {
  return html`<section id="objects" class="nothing" aria-labelledby="objects-title">
    <h2 id="objects-title">Nothing recurs here</h2>
    <p>
      ${
        model.images.length < 2
          ? html`An object is found by its recurring in several photos, and there
            ${model.images.length === 1 ? "is only one" : "are none"}.`
          : html`No regions of different photos resemble one another more than chance would have it, so none are called
              an object. The maps and boxes of each photo are below. If you can see an object that recurs, look at it
              with <code>leitmotif explain</code>, and try a network that was trained on photographs.`
      }
    </p>
  </section>`;
}

function objectArticle(
  model: ReportModel,
  gallery: Gallery,
  shown: ReadonlySet<number>,
  missing: ReadonlySet<number>,
): Html {
  const { number, photos, regions, cohesion, crops } = gallery;
  const pictures = crops.map((crop, i) => cropLink(model, gallery, crop, i, shown, missing));
  const hidden = photos - Math.min(FIRST, photos);
  return html`<article class="motif" id="object-${number}" aria-labelledby="object-${number}-title">
    <header>
      <h3 id="object-${number}-title">Object ${number}</h3>
      <p class="extent">
        ${counted(photos, "photo")}${regions > photos && html`<span class="quiet">, ${counted(regions, "region")}</span>`}
      </p>
      ${meter(cohesion)} ${shown.size > 0 && html`<a class="only" href="#photos" data-only="${number}">Its photos</a>`}
    </header>
    <div class="gallery">
      ${pictures[0]}
      <div class="others">${pictures.slice(1, FIRST)}</div>
      ${
        hidden > 0 &&
        html`<details>
          <summary>${count(hidden)} more</summary>
          <div class="others">${pictures.slice(FIRST)}</div>
          ${
            photos > crops.length &&
            html`<p class="quiet">
              and ${counted(photos - crops.length, "further photo")} with a less central region.
            </p>`
          }
        </details>`
      }
    </div>
  </article>`;
}

function meter(cohesion: number): Html {
  const shown = cohesion.toFixed(2);
  return html`<p class="cohesion">
    <span title="mean likeness of its photos, two by two">Cohesion ${shown}</span>
    <meter min="0" max="1" value="${Math.min(1, cohesion).toFixed(4)}" aria-label="cohesion ${shown} of 1"></meter>
  </p>`;
}

function cropLink(
  model: ReportModel,
  gallery: Gallery,
  crop: Crop,
  rank: number,
  shown: ReadonlySet<number>,
  missing: ReadonlySet<number>,
): Html {
  const { path } = model.images[crop.image] as ReportModel["images"][number];
  const { x, y, width, height } = crop.box;
  const about = `${path}, centrality ${significant(crop.centrality)}`;
  const aspect = Math.min(LONGEST, Math.max(1 / LONGEST, width / height));
  const inside = missing.has(crop.image)
    ? html`<span class="absent">photo not found</span>`
    : html`<img
        src="${PICTURES.crop}/${crop.name}.jpg"
        width="${Math.round(160 * aspect)}"
        height="160"
        loading="lazy"
        decoding="async"
        alt="object ${gallery.number} in ${path}"
      />`;
  const attributes = html`class="${rank === 0 ? "crop exemplar" : "crop"}" style="--aspect:${aspect.toFixed(4)}"
  title="${about}" data-image="${crop.image}" data-object="${gallery.number}"
  data-box="${[x, y, width, height].map((value) => Math.round(value)).join(" ")}"`;
  return shown.has(crop.image)
    ? html`<a ${attributes} href="#photo-${crop.image}">${inside}</a>`
    : html`<span ${attributes}>${inside}</span>`;
}
