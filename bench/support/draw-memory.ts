import { parse, View } from "vega";

/** One point of Figure 10. */
export interface MemoryPoint {
  /** A global method, or `R-Match, <regions>`. */
  series: string;
  diffusion: boolean;
  mAP: number;
  bytesPerImage: number;
  edges: number;
  /** Products of vectors that compare an image with a query. */
  products: number;
  milliseconds: number;
}

const HOLLOW = { signal: "datum.way === 'plain' ? scale('colour', datum.family) : '#ffffff'" };

/** Figure 10 as SVG: mAP by memory an image, labelled with query times; hollow with diffusion. */
export function drawMemory(points: readonly MemoryPoint[]): Promise<string> {
  const values = points.map((point) => ({
    x: point.bytesPerImage / 1024,
    y: 100 * point.mAP,
    way: point.diffusion ? "diffusion" : "plain",
    family: point.series.replace(/, \d+$/, ""),
    time: `${Number(point.milliseconds.toPrecision(2))} ms`,
  }));
  const at = { x: { scale: "x", field: "x" }, y: { scale: "y", field: "y" } };
  const colour = { scale: "colour", field: "family" };
  const line = { scale: "dash", field: "way" };
  const view = new View(
    parse({
      width: 560,
      height: 340,
      padding: 8,
      background: "#ffffff",
      data: [{ name: "points", values }],
      scales: [
        { name: "x", type: "log", domain: { data: "points", field: "x" }, range: "width", nice: true },
        { name: "y", domain: { data: "points", field: "y" }, range: "height", zero: false, nice: true },
        { name: "colour", type: "ordinal", domain: { data: "points", field: "family" }, range: "category" },
        {
          name: "dash",
          type: "ordinal",
          domain: ["plain", "diffusion"],
          range: [
            [1, 0],
            [6, 4],
          ],
        },
      ],
      axes: [
        { orient: "bottom", scale: "x", title: "KiB an image" },
        { orient: "left", scale: "y", title: "mAP (%)", grid: true },
      ],
      legends: [
        { stroke: "colour", symbolType: "circle" },
        { strokeDash: "dash", symbolType: "stroke", symbolStrokeColor: "#333333" },
      ],
      marks: [
        {
          type: "group",
          from: { facet: { name: "series", data: "points", groupby: ["family", "way"] } },
          marks: [
            {
              type: "line",
              from: { data: "series" },
              encode: { enter: { ...at, stroke: colour, strokeDash: line } },
            },
            { type: "symbol", from: { data: "series" }, encode: { enter: { ...at, stroke: colour, fill: HOLLOW } } },
            {
              type: "text",
              from: { data: "series" },
              encode: { enter: { ...at, dx: { value: 6 }, dy: { value: -5 }, text: { field: "time" } } },
            },
          ],
        },
      ],
    }),
    { renderer: "none" },
  );
  return view.toSVG();
}
