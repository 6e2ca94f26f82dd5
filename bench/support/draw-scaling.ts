import { parse, View } from "vega";

/** Time of a stage at one size. */
export interface ScalingPoint {
  stage: string;
  threads: number;
  n: number;
  seconds: number;
}

/** Time against n as SVG, both axes logarithmic: a line a stage and number of threads. */
export function drawScaling(points: readonly ScalingPoint[]): Promise<string> {
  const values = points.map(({ stage, threads, n, seconds }) => ({ stage, threads: `${threads}`, n, seconds }));
  const at = { x: { scale: "x", field: "n" }, y: { scale: "y", field: "seconds" } };
  const colour = { scale: "colour", field: "stage" };
  const dash = { scale: "dash", field: "threads" };
  const view = new View(
    parse({
      width: 520,
      height: 340,
      padding: 8,
      background: "#ffffff",
      data: [{ name: "points", values }],
      scales: [
        { name: "x", type: "log", domain: { data: "points", field: "n" }, range: "width" },
        { name: "y", type: "log", domain: { data: "points", field: "seconds" }, range: "height", nice: true },
        { name: "colour", type: "ordinal", domain: { data: "points", field: "stage" }, range: "category" },
        {
          name: "dash",
          type: "ordinal",
          domain: { data: "points", field: "threads" },
          range: [
            [6, 4],
            [1, 0],
          ],
        },
      ],
      axes: [
        { orient: "bottom", scale: "x", title: "regions", format: "~s" },
        { orient: "left", scale: "y", title: "seconds", grid: true, format: "~g" },
      ],
      legends: [
        { stroke: "colour", symbolType: "stroke", labelLimit: 0 },
        { strokeDash: "dash", symbolType: "stroke", symbolStrokeColor: "#333333", title: "threads" },
      ],
      marks: [
        {
          type: "group",
          from: { facet: { name: "series", data: "points", groupby: ["stage", "threads"] } },
          marks: [
            { type: "line", from: { data: "series" }, encode: { enter: { ...at, stroke: colour, strokeDash: dash } } },
            {
              type: "symbol",
              from: { data: "series" },
              encode: { enter: { ...at, fill: colour, size: { value: 30 } } },
            },
          ],
        },
      ],
    }),
    { renderer: "none" },
  );
  return view.toSVG();
}
