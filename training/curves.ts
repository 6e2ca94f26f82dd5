/**
 * Draws the log of a run of train.py, a curve each of what it logs:
 * `node --import ./bench/support/register-typescript.mjs training/curves.ts training/runs/network`, which writes curves.svg there.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, View } from "vega";

const [run] = process.argv.slice(2);
if (!run) throw new Error("usage: curves.ts <folder of a run>");
const [header = [], ...rows] = (await readFile(join(run, "log.csv"), "utf8"))
  .trim()
  .split(/\r?\n/)
  .map((line) => line.split(","));
const values = rows.flatMap(([step, ...logged]) =>
  logged.map((value, i) => ({ step: Number(step), measure: header[i + 1], value: Number(value) })),
);

const view = new View(
  parse({
    padding: 60,
    background: "#ffffff",
    layout: { columns: 2, padding: 56, bounds: "flush", align: "all" },
    data: [{ name: "log", values }],
    marks: [
      {
        type: "group",
        from: { facet: { name: "curve", data: "log", groupby: "measure" } },
        encode: { enter: { width: { value: 320 }, height: { value: 160 } } },
        title: { text: { signal: "parent.measure" }, anchor: "start", frame: "group" },
        signals: [
          { name: "width", value: 320 },
          { name: "height", value: 160 },
        ],
        scales: [
          { name: "x", domain: { data: "curve", field: "step" }, range: "width", zero: false },
          { name: "y", domain: { data: "curve", field: "value" }, range: "height", zero: false, nice: true },
        ],
        axes: [
          { orient: "bottom", scale: "x", title: "step", tickCount: 5 },
          { orient: "left", scale: "y", grid: true, tickCount: 5 },
        ],
        marks: [
          {
            type: "line",
            from: { data: "curve" },
            encode: {
              enter: {
                x: { scale: "x", field: "step" },
                y: { scale: "y", field: "value" },
                stroke: { value: "#4c78a8" },
              },
            },
          },
        ],
      },
    ],
  }),
  { renderer: "none" },
);
await writeFile(join(run, "curves.svg"), await view.toSVG());
