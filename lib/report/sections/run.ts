import { counted, duration } from "../../format.js";
import { type Html, html } from "../html.js";
import type { ReportModel } from "../model.js";

/** How the run went: time by stage, facts, parameters, and what was skipped and why. */
export function run(model: ReportModel): Html {
  return html`<section id="run" aria-labelledby="run-title">
    <h2 id="run-title">The run</h2>
    <div class="columns">
      <div>
        <h3>Time by stage</h3>
        ${stages(model.stages)}
      </div>
      <div>
        <h3>Facts</h3>
        ${table(model.facts)}
      </div>
    </div>
    <details class="parameters">
      <summary><h3>Parameters</h3></summary>
      <div class="columns">${parameters(model.parameters)}</div>
    </details>
    ${model.skipped.length > 0 && skipped(model.skipped)}
  </section>`;
}

/** A table for each stage: the first part of a name says which one a parameter is of. */
function parameters(all: ReportModel["parameters"]): Html[] {
  const stages = new Map<string, [string, string][]>();
  for (const [name, value] of all) {
    const dot = name.indexOf(".");
    const stage = dot < 0 ? "" : name.slice(0, dot);
    stages.set(stage, [...(stages.get(stage) ?? []), [name.slice(dot + 1), value]]);
  }
  return [...stages].map(
    ([stage, rows]) => html`<div>${stage !== "" && html`<h4>${stage}</h4>`} ${table(rows)}</div> `,
  );
}

function stages(all: ReportModel["stages"]): Html {
  const longest = Math.max(...all.map((stage) => stage.seconds), Number.MIN_VALUE);
  return html`<table class="stages">
    <tbody>
      ${all.map(
        ({ name, seconds }) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td class="bar"><span style="inline-size:${((100 * seconds) / longest).toFixed(2)}%"></span></td>
            <td class="number">${duration(seconds)}</td>
          </tr> `,
      )}
    </tbody>
  </table>`;
}

function table(rows: readonly (readonly [string, string])[]): Html {
  return html`<table>
    <tbody>
      ${rows.map(
        ([name, value]) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td>${value}</td>
          </tr> `,
      )}
    </tbody>
  </table>`;
}

function skipped(files: ReportModel["skipped"]): Html {
  return html`<details id="skipped" ${files.length <= 20 && html`open`}>
    <summary><h3>${counted(files.length, "file")} skipped</h3></summary>
    <table>
      <tbody>
        ${files.map(
          ({ path, reason }) =>
            html`<tr>
              <th scope="row">${path}</th>
              <td>${reason}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </details>`;
}
