import { basename } from "node:path";
import { compareMethods, type Comparison } from "../../benchmark/compare-methods.js";
import { CUTOFFS, type MethodMeasures } from "../../benchmark/evaluation.js";
import type { EvaluationDocument } from "../../benchmark/evaluation-json.js";
import type { GroupAgreement } from "../../evaluation/grouping.js";
import { embeddedStyle, pageDocument } from "../document.js";
import { count, counted, significant } from "../../format.js";
import { type Html, html } from "../html.js";
import { localisationSection } from "./localisation.js";
import { percent } from "./percent.js";

const MISSING_SHOWN = 100;

/** The page of an evaluation: one file that holds all it needs. `style` is the pages' style sheet. */
export function evaluationPage(document: EvaluationDocument, style: string): Html {
  const { collection, protocol, queries, database, methods, localisation, groups, notes, missing } = document;
  const title = basename(collection.source ?? collection.path) || "collection";
  const tables = compareMethods(methods);
  return pageDocument({
    title: `${title}, ${protocol}`,
    head: embeddedStyle(style),
    kind: "evaluation",
    body: html`<header class="masthead">
        <p class="wordmark">Leitmotif measures</p>
        <h1>${title}</h1>
        <p class="lead">${tables.length === 1 && best(tables[0]?.rows ?? [])}</p>
        <dl class="figures">
          ${figure(protocol, "protocol")} ${figure(count(queries.length), "queries")}
          ${figure(count(database), "images searched")} ${figure(collection.model?.name ?? "given maps", "network")}
        </dl>
        ${missing.length > 0 && left(missing)} ${notes.map((note) => html`<p class="note" role="note">${note}</p>`)}
      </header>
      <main>
        ${tables.map(({ level, rows }, i) => methodsSection(level, rows, i))}
        ${localisation && localisationSection(localisation)} ${groups && groupsSection(groups)}
      </main>`,
  });
}

function best(rows: readonly Comparison[]): Html | false {
  const all = rows.flatMap(({ plain, expanded }) => [plain, expanded]).filter((row) => row !== undefined);
  const [first] = all.sort((a, b) => b.mAP - a.mAP);
  if (!first) return false;
  const { method, diffusion, mAP } = first;
  return html`Best: <strong>${method}</strong>${diffusion && " with diffusion"}, mAP ${percent(mAP)} %.`;
}

function figure(value: string, label: string): Html {
  return html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div> `;
}

function left(missing: readonly string[]): Html {
  return html`<details class="note">
    <summary>${counted(missing.length, "image")} of the ground truth not in the collection, and left out</summary>
    <p>${missing.slice(0, MISSING_SHOWN).join(", ")}${missing.length > MISSING_SHOWN && ", …"}</p>
  </details>`;
}

function methodsSection(level: string | null, rows: readonly Comparison[], index: number): Html {
  const measured = rows[0]?.plain ?? rows[0]?.expanded;
  return html`<section aria-labelledby="methods-${index}">
    <h2 id="methods-${index}">${level === null ? "Methods" : level}</h2>
    <p class="about">
      Mean average precision over ${counted(measured?.measured ?? 0, "query", "queries")}, in percent, with the interval
      that holds 95 % of the means of queries drawn anew. Above, ranked by similarity; below, expanded by diffusion.
    </p>
    <div class="wide">
      <table class="methods">
        <thead>
          <tr>
            <th scope="col">Method</th>
            <th scope="col" class="number">mAP</th>
            <th scope="col" class="axis"><span>0</span><span>50</span><span>100</span></th>
            <th scope="col" class="number">95 %</th>
            ${CUTOFFS.map((k) => html`<th scope="col" class="number">mP@${k}</th>`)}
            <th scope="col" class="number">bytes an image</th>
            <th scope="col" class="number">edges</th>
            <th scope="col" class="number">ms a query</th>
          </tr>
        </thead>
        ${rows.map(
          ({ method, plain, expanded }) =>
            html`<tbody>
              ${methodRow(method, plain)} ${methodRow(plain ? "with diffusion" : `${method} with diffusion`, expanded)}
            </tbody> `,
        )}
      </table>
    </div>
  </section>`;
}

function methodRow(name: string, measures: MethodMeasures | undefined): Html | false {
  if (!measures) return false;
  const { mAP, interval, precisionAt, diffusion, bytesPerImage, edges, queryMilliseconds } = measures;
  const [low, high] = [100 * interval.low, 100 * interval.high];
  return html`<tr class="${diffusion && "diffusion"}">
    <th scope="row">${name}</th>
    <td class="number">${percent(mAP)}</td>
    <td class="track">
      <span class="mean" style="inline-size:${(100 * mAP).toFixed(2)}%"></span>
      <span
        class="interval"
        style="inset-inline-start:${low.toFixed(2)}%;inline-size:${(high - low).toFixed(2)}%"
      ></span>
    </td>
    <td class="number">${low.toFixed(1)}–${high.toFixed(1)}</td>
    ${CUTOFFS.map((k) => html`<td class="number">${percent(precisionAt[k] as number)}</td>`)}
    <td class="number">${count(Math.round(bytesPerImage))}</td>
    <td class="number">${edges === null ? "" : count(edges)}</td>
    <td class="number">${significant(queryMilliseconds)}</td>
  </tr> `;
}

function groupsSection({ purity, nmi, coverage, groups, labels, labelsFound }: GroupAgreement): Html {
  return html`<section aria-labelledby="groups-title">
    <h2 id="groups-title">Found objects and labels</h2>
    <p class="about">
      Purity: share of the photos in objects that carry their object’s most frequent label. NMI: mutual information of
      objects and labels over the mean of their entropies. Coverage: share of the labelled photos that an object holds.
    </p>
    <dl class="figures">
      ${figure(`${percent(purity)} %`, "purity")} ${figure(`${percent(nmi)} %`, "NMI")}
      ${figure(`${percent(coverage)} %`, "coverage")} ${figure(count(groups), "objects with labelled photos")}
      ${figure(`${count(labelsFound)} of ${count(labels)}`, "labels found")}
    </dl>
  </section>`;
}
