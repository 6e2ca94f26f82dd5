import type { Evaluation } from "../evaluation.js";
import type { Sweep } from "./sweep.js";

/** One line of a figure: a measure at each value of a parameter. */
export interface Curve {
  /** The method or the kind of saliency map. */
  readonly name: string;
  /** Whether queries were expanded by diffusion. */
  readonly diffusion: boolean;
  readonly points: readonly { readonly value: number; readonly y: number }[];
}

/** The curves of one measure. */
export interface Figure {
  readonly measure: string;
  readonly curves: readonly Curve[];
}

/** Which saliency map a sweep's parameter bears upon, where it is one of two that are drawn together; null: both. */
export type SweptMap = "FS" | "OS" | null;

/**
 * What sweeps measured, as figures: mAP at each level of the protocol, and where boxes are known saliency precision and
 * CorLoc. Sweeps of the same figure take the curves of the map that they bear upon.
 */
export function figuresOf(sweeps: readonly { readonly sweep: Sweep; readonly map: SweptMap }[]): Figure[] {
  const figures = new Map<string, Curve[]>();
  const add = (measure: string, curve: Curve) => figures.set(measure, [...(figures.get(measure) ?? []), curve]);
  for (const { sweep, map } of sweeps) {
    const [first] = sweep.points;
    if (!first) continue;
    first.evaluation.methods.forEach(({ method, diffusion, level }, row) => {
      if (map !== null && !method.startsWith(`${map}.`)) return;
      const y = ({ methods }: Evaluation) => methods[row]?.mAP;
      add(level === null ? "mAP" : `mAP, ${level}`, curveOf(sweep, method, diffusion, y));
    });
    if (!first.evaluation.localisation) continue;
    for (const [name, key] of [["FS", "feature"] as const, ["OS", "object"] as const]) {
      if (map !== null && name !== map) continue;
      add(
        "saliency precision",
        curveOf(sweep, name, false, ({ localisation }) => localisation?.[key].precision),
      );
      add(
        "CorLoc, any region",
        curveOf(sweep, name, false, ({ localisation }) => localisation?.[key].corLoc.any),
      );
    }
  }
  return [...figures].map(([measure, curves]) => ({ measure, curves }));
}

function curveOf(
  { points }: Sweep,
  name: string,
  diffusion: boolean,
  y: (evaluation: Evaluation) => number | undefined,
): Curve {
  return {
    name,
    diffusion,
    points: points.map(({ value, evaluation }) => ({ value, y: y(evaluation) ?? Number.NaN })),
  };
}
