import { count, counted, duration } from "../../format.js";
import { type Html, html } from "../html.js";
import type { ReportModel } from "../model.js";

/** The head of the page: what was looked at, what was found, in figures. */
export function masthead(model: ReportModel, missing: number): Html {
  const photos = counted(model.images.length, "photo");
  const objects = model.objects.length;
  const seconds = model.stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const { regions, edges } = model.counts;
  return html`<header class="masthead">
    <p class="wordmark">Leitmotif</p>
    <h1>${model.title}</h1>
    <p class="lead">
      ${
        objects > 0
          ? html`<strong>${counted(objects, "object")}</strong> ${objects === 1 ? "recurs" : "recur"} in ${photos}.`
          : html`Nothing recurs in ${photos}.`
      }
    </p>
    <dl class="figures">
      ${figure(count(model.images.length), "photos")}
      ${model.skipped.length > 0 && figure(count(model.skipped.length), html`<a href="#skipped">skipped</a>`)}
      ${figure(count(regions.feature), "feature regions")} ${figure(count(regions.object), "object regions")}
      ${figure(count(edges), "graph edges")} ${figure(duration(seconds), "computing")}
    </dl>
    ${missing > 0 && note(missingNote(missing, model.images.length))} ${model.warnings.map(note)}
  </header>`;
}

function figure(value: string, label: string | Html): Html {
  return html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div> `;
}

function note(text: string): Html {
  return html`<p class="note" role="note">${text}</p> `;
}

function missingNote(missing: number, all: number): string {
  const which = missing === all ? "None of the photos is" : `${counted(missing, "photo")} of ${count(all)} are not`;
  return (
    `${which} to be found where the run read them, or they have changed since. Heat maps and boxes are shown without ` +
    "the photo beneath, and crops are left out."
  );
}
