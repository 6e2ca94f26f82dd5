import { cssGradient } from "./colour-map.js";
import { pageDocument } from "./document.js";
import { type Html, html } from "./html.js";
import type { ReportModel } from "./model.js";
import { masthead } from "./sections/masthead.js";
import { objects } from "./sections/objects.js";
import { photos } from "./sections/photos.js";
import { FILES } from "./pictures.js";
import { run } from "./sections/run.js";
import type { Selection } from "./selection.js";

/** The report's page; its style sheet, script and pictures lie in {@link FILES} beside it. */
export function reportPage(model: ReportModel, selection: Selection, missing: ReadonlySet<number>): Html {
  const any = selection.photos.length > 0;
  return pageDocument({
    title: model.title,
    head: html`<link rel="stylesheet" href="${FILES}/page.css" />
      <link rel="stylesheet" href="${FILES}/report.css" />
      <script defer src="${FILES}/report.js"></script>`,
    properties: `--saliency:${cssGradient()}`,
    body: html`<a class="skip" href="#objects">Skip to the objects</a>
      ${masthead(model, missing.size)}
      <nav class="sections" aria-label="Sections">
        <a href="#objects">Objects</a> ${any && html`<a href="#photos">Photos</a>`} <a href="#run">The run</a>
      </nav>
      <main>${objects(model, selection, missing)} ${photos(model, selection, missing)} ${run(model)}</main>
      ${any && viewer()}`,
  });
}

/** Shows one photo large, its maps side by side; the script fills it. */
function viewer(): Html {
  const panel = (name: string, title: string) =>
    html`<figure class="panel" data-panel="${name}">
      <div class="stage"></div>
      <figcaption>${title}</figcaption>
    </figure>`;
  return html`<dialog id="viewer" aria-labelledby="viewer-name">
    <header>
      <h2 id="viewer-name"></h2>
      <p id="viewer-objects"></p>
      <div class="buttons">
        <button type="button" data-step="-1" aria-label="Previous photo" title="Previous (left arrow)">←</button>
        <button type="button" data-step="1" autofocus aria-label="Next photo" title="Next (right arrow)">→</button>
        <button type="button" data-close aria-label="Close" title="Close (Escape)">✕</button>
      </div>
    </header>
    <div class="panels">
      ${panel("found", "Found objects")} ${panel("feature", "Feature saliency and its boxes")}
      ${panel("object", "Object saliency and its boxes")}
    </div>
  </dialog>`;
}
