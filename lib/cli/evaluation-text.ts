import { CUTOFFS, type Evaluation, type Localisation, type MethodMeasures } from "../benchmark/evaluation.js";
import { compareMethods } from "../benchmark/compare-methods.js";
import { table } from "./table.js";
import { counted } from "../format.js";
import { percent } from "../report/evaluation/percent.js";

const MISSING_SHOWN = 5;

/** An evaluation in lines: a table over the methods for each level of the protocol, then what else was measured. */
export function evaluationText(evaluation: Evaluation): string[] {
  const { protocol, queries, database, groups, localisation, missing, notes } = evaluation;
  return [
    `${protocol}: ${counted(queries.length, "query", "queries")}, ${counted(database, "image")} searched`,
    ...compareMethods(evaluation.methods).flatMap(({ level, rows }) => [
      "",
      ...(level === null ? [] : [level]),
      ...table([HEADER, ...rows.map(({ method, plain, expanded }) => [method, ...cells(plain), ...cells(expanded)])]),
    ]),
    ...(localisation ? ["", ...localisationText(localisation)] : []),
    ...(groups
      ? [
          "",
          `found objects: ${groups.groups} with labelled photos, purity ${percent(groups.purity)}, NMI ` +
            `${percent(groups.nmi)}, ${percent(groups.coverage)} of the labelled photos covered, ${groups.labelsFound} ` +
            `of ${counted(groups.labels, "label")} found`,
        ]
      : []),
    ...(missing.length > 0
      ? ["", `left out: ${counted(missing.length, "image")} not in the collection, such as ${list(missing)}`]
      : []),
    ...notes,
  ];
}

const MEASURES = ["mAP", "95 %", ...CUTOFFS.map((k) => `mP@${k}`), "ms"];
const HEADER = ["%", ...MEASURES, ...MEASURES.map((name, i) => (i === 0 ? "diffusion: mAP" : name))];

function cells(measures: MethodMeasures | undefined): string[] {
  if (!measures) return MEASURES.map(() => "");
  const { mAP, interval, precisionAt, queryMilliseconds } = measures;
  return [
    percent(mAP),
    `${percent(interval.low)}–${percent(interval.high)}`,
    ...CUTOFFS.map((k) => percent(precisionAt[k] as number)),
    queryMilliseconds.toPrecision(2),
  ];
}

function localisationText({ images, boxShare, feature, object }: Localisation): string[] {
  const rows = [
    ["%", "saliency precision", "CorLoc, any region", "first region"],
    ...([["feature saliency", feature] as const, ["object saliency", object] as const] as const).map(
      ([name, { precision, corLoc }]) => [name, percent(precision), percent(corLoc.any), percent(corLoc.first)],
    ),
  ];
  return [`${counted(images, "image")} with boxes, which take ${percent(boxShare)} % of the area`, ...table(rows)];
}

function list(names: readonly string[]): string {
  return names.slice(0, MISSING_SHOWN).join(", ");
}
