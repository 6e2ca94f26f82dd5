import type { Legend, Spec } from "vega";
import type { Figure } from "../../benchmark/sweep/curves.js";

const [WIDTH, HEIGHT] = [460, 280];

/** A figure as SVG: a line a curve, solid without diffusion and dashed with it, as Figures 5 to 7 have them. */
export async function drawFigure(figure: Figure, parameter: string): Promise<string> {
  // Its 289 modules take longer to load than all else, and a figure is rarely drawn.
  const { parse, View } = await import("vega");
  const view = new View(parse(specification(figure, parameter)), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** The legend of plain and dashed lines. */
const WAYS: Legend = { strokeDash: "dash", symbolType: "stroke", symbolStrokeColor: "#333333", orient: "right" };

function specification({ measure, curves }: Figure, parameter: string): Spec {
  const table = curves.flatMap(({ name, diffusion, points }) =>
    points.map(({ value, y }) => ({ name, way: diffusion ? "with diffusion" : "plain", value, y: 100 * y })),
  );
  const at = { x: { scale: "x", field: "value" }, y: { scale: "y", field: "y" } };
  const colour = { scale: "colour", field: "name" };
  return {
    width: WIDTH,
    height: HEIGHT,
    padding: 8,
    background: "#ffffff",
    data: [{ name: "table", values: table }],
    scales: [
      { name: "x", type: "linear", domain: { data: "table", field: "value" }, range: "width", zero: false },
      { name: "y", type: "linear", domain: { data: "table", field: "y" }, range: "height", zero: false, nice: true },
      { name: "colour", type: "ordinal", domain: { data: "table", field: "name" }, range: "category" },
      {
        name: "dash",
        type: "ordinal",
        domain: ["plain", "with diffusion"],
        range: [
          [1, 0],
          [6, 4],
        ],
      },
    ],
    axes: [
      { orient: "bottom", scale: "x", title: parameter, tickCount: 8 },
      { orient: "left", scale: "y", title: `${measure} (%)`, grid: true },
    ],
    legends: [
      { stroke: "colour", symbolType: "stroke", orient: "right" },
      ...(curves.some(({ diffusion }) => diffusion) ? [WAYS] : []),
    ],
    marks: [
      {
        type: "group",
        from: { facet: { name: "curve", data: "table", groupby: ["name", "way"] } },
        marks: [
          {
            type: "line",
            from: { data: "curve" },
            encode: {
              enter: { ...at, stroke: colour, strokeDash: { scale: "dash", field: "way" }, strokeWidth: { value: 2 } },
            },
          },
          { type: "symbol", from: { data: "curve" }, encode: { enter: { ...at, fill: colour, size: { value: 28 } } } },
        ],
      },
    ],
  };
}
