import { counted, count } from "../../format.js";
import { type Html, html } from "../html.js";
import type { Box, MapKind, ReportModel, SalientBox } from "../model.js";
import { PICTURES } from "../pictures.js";
import type { Selection, ShownPhoto } from "../selection.js";

/** A tile is at most this much wider than high, or higher than wide; a longer photo is fitted into it. */
const LONGEST = 2;

/** All photos with their maps and boxes, and the controls that choose what is laid over them. */
export function photos(
  model: ReportModel,
  { photos: shown, galleries }: Selection,
  missing: ReadonlySet<number>,
): Html {
  if (shown.length === 0) return html``;
  const total = model.images.length;
  return html`<section id="photos" aria-labelledby="photos-title">
    <h2 id="photos-title">Photos</h2>
    <p class="about">
      Feature saliency comes from each photo alone; object saliency keeps of it what recurs in the collection. Boxes are
      the regions detected on each map, faint where it is faint. Choose a photo to see its maps side by side.
      ${
        shown.length < total &&
        html`<strong>${count(shown.length)} of ${counted(total, "photo")} are shown</strong>, those with objects first;
          <code>--images</code> sets how many.`
      }
    </p>
    ${controls(galleries.map((gallery) => gallery.number))}
    <p id="matches" class="quiet" role="status" aria-live="polite">${counted(shown.length, "photo")}</p>
    <div class="photos">${shown.map((photo) => tile(photo, missing.has(photo.index)))}</div>
  </section>`;
}

function controls(objects: readonly number[]): Html {
  const layer = (id: string, type: string, name: string, label: string, key: string, checked = false) =>
    html`<label class="layer" for="${id}" title="${label} (key ${key})"
      ><input type="${type}" id="${id}" name="${name}" data-key="${key}" ${checked && html`checked`} /><span
        >${label}</span
      ></label
    > `;
  return html`<form class="controls" aria-label="What is laid over the photos">
    <fieldset>
      <legend>Heat map</legend>
      ${layer("heat-none", "radio", "heat", "None", "n")}
      ${layer("heat-feature", "radio", "heat", "Feature saliency", "f")}
      ${layer("heat-object", "radio", "heat", "Object saliency", "o", true)}
    </fieldset>
    <fieldset>
      <legend>Layers</legend>
      ${layer("layer-photo", "checkbox", "photo", "Photo", "p", true)}
      ${layer("boxes-feature", "checkbox", "boxes-feature", "Feature boxes", "g")}
      ${layer("boxes-object", "checkbox", "boxes-object", "Object boxes", "b", true)}
    </fieldset>
    <fieldset class="find">
      <legend>Find</legend>
      <input type="search" id="filter-name" placeholder="Name" aria-label="Show photos whose name contains" />
      ${
        objects.length > 0 &&
        html`<select id="filter-object" aria-label="Show photos with an object">
          <option value="">All photos</option>
          ${objects.map((number) => html`<option value="${number}">Object ${number}</option>`)}
        </select>`
      }
    </fieldset>
    <p class="legend">
      <span>0</span
      ><span class="scale" role="img" aria-label="from dark, saliency 0, to bright, the map's maximum"></span
      ><span>map’s maximum</span>
    </p>
  </form>`;
}

function tile({ index, image, objects }: ShownPhoto, absent: boolean): Html {
  const aspect = image.width / image.height;
  const shape = Math.min(LONGEST, Math.max(1 / LONGEST, aspect));
  const picture = (folder: string, ending: string, className: string) =>
    html`<img class="${className}" src="${folder}/${index}.${ending}" loading="lazy" decoding="async" alt="" />`;
  return html`<figure
    class="photo"
    id="photo-${index}"
    data-name="${image.path}"
    data-objects="${objects.join(" ")}"
    style="--shape:${shape.toFixed(4)}"
  >
    <button type="button" class="tile" aria-label="Look closely at ${image.path}">
      <span class="${aspect < shape ? "sheet tall" : "sheet"}" style="--aspect:${aspect.toFixed(4)}">
        ${
          absent ? html`<span class="absent">photo not found</span>` : picture(PICTURES.photo, "jpg", "picture")
        }${picture(PICTURES.feature, "webp", "heat feature")}${picture(PICTURES.object, "webp", "heat object")}
        <svg viewBox="0 0 ${image.width} ${image.height}" preserveAspectRatio="none" aria-hidden="true">
          ${outlines("feature", image.boxes.feature)} ${outlines("object", image.boxes.object)}
        </svg>
      </span>
    </button>
    <figcaption>
      <span class="name" title="${image.path}"><bdi>${image.path}</bdi></span>
      ${
        objects.length > 0 &&
        html`<span class="chips"
          >${objects.map(
            (number) =>
              html`<a href="#object-${number}" title="Object ${number}" aria-label="Object ${number}">${number}</a> `,
          )}</span
        >`
      }
    </figcaption>
  </figure> `;
}

/** Boxes with less than this share of the saliency of the most salient one are drawn faint. */
const FAINT = 0.1;

function outlines(kind: MapKind, boxes: readonly SalientBox[]): Html {
  const most = Math.max(...boxes.map(({ saliency }) => saliency), 0);
  const [strong, faint] = [true, false].map((wanted) =>
    outline(boxes.filter(({ saliency }) => saliency >= FAINT * most === wanted)),
  );
  return html`${strong && html`<path class="${kind}" d="${strong}" />`}${
    faint && html`<path class="${kind} faint" d="${faint}" />`
  }`;
}

/** Boxes as one SVG path. */
export function outline(boxes: readonly Box[]): string {
  const short = (value: number) => String(Math.round(value * 10) / 10);
  return boxes
    .map(({ x, y, width, height }) => `M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}z`)
    .join("");
}
