/**
 * Rows of the table of speeds (`npm run bench`). A module of bench/rows measures one stage and calls {@link report}: run
 * alone, it prints its rows; under `npm run bench`, a process of its own, it sends them.
 */

/** What something else comes to, in the row's unit. */
export interface Figure {
  /** Of a peer, who; of a bound, what it is made of. */
  name: string;
  value: number;
}

/** A goal that is a ratio, taken in one run. */
export interface Goal {
  /** What is divided by what, such as `faiss / ours`. */
  ratio: string;
  atLeast?: number;
  atMost?: number;
}

/** One measured figure. */
export interface Row {
  stage: string;
  /** Sizes and settings. */
  work: string;
  /** Of `ours`, `peer` and `bound`: `ms an image`, `GB`, `recall@50`, ... */
  unit: string;
  ours: number;
  peer: Figure | null;
  bound: Figure | null;
  /** What the goal is about. */
  ratio: number;
  goal: string;
  met: boolean;
}

/** A row; whether its goal is met follows from its ratio. */
export function row(of: {
  stage: string;
  work: string;
  unit: string;
  ours: number;
  peer?: Figure | undefined;
  bound?: Figure | undefined;
  ratio: number;
  goal: Goal;
}): Row {
  const { peer = null, bound = null, ratio, goal } = of;
  const { atLeast = -Infinity, atMost = Infinity } = goal;
  const limits = [
    ...(goal.atLeast === undefined ? [] : [`≥ ${atLeast}`]),
    ...(atMost < Infinity ? [`≤ ${atMost}`] : []),
  ];
  const met = ratio >= atLeast && ratio <= atMost;
  return { ...of, peer, bound, goal: `${goal.ratio} ${limits.join(", ")}`, met };
}

/** Whether the short form is asked for: a few seconds, for `npm run bench`. */
export const SHORT = process.argv.includes("--short");

/** Hands the rows to `npm run bench`, or prints them. */
export function report(rows: readonly Row[]): void {
  if (process.send) process.send(rows);
  else print(rows);
}

const figure = (value: number) =>
  Math.abs(value) < 1e5 ? String(Number(value.toPrecision(3))) : value.toExponential(2);
const named = (of: Figure | null) => (of ? `${figure(of.value)} (${of.name})` : "");

/** The rows as a Markdown table. */
export function markdown(rows: readonly Row[]): string {
  const head = ["stage", "work", "ours", "peer", "bound", "ratio", "goal", "met"];
  const lines = rows.map(({ stage, work, unit, ours, peer, bound, ratio, goal, met }) => [
    stage,
    work,
    `${figure(ours)} ${unit}`,
    named(peer),
    named(bound),
    figure(ratio),
    goal,
    met ? "yes" : "no",
  ]);
  const widths = head.map((title, j) => Math.max(title.length, ...lines.map((line) => line[j]?.length ?? 0)));
  const text = (cells: readonly string[]) => `| ${cells.map((cell, j) => cell.padEnd(widths[j] ?? 0)).join(" | ")} |`;
  return [text(head), text(widths.map((width) => "-".repeat(width))), ...lines.map(text)].join("\n");
}

export function print(rows: readonly Row[]): void {
  console.log(markdown(rows));
}
