import { pageStyle } from "../assets.js";
import { drawFigure } from "./draw-figure.js";
import { type SweepPage, sweepPage } from "./page.js";
import type { Figure } from "../../benchmark/sweep/curves.js";

/** A sweep's figures as SVG, one each, and the page that shows them, as one file's text. */
export async function renderSweep(
  page: Omit<SweepPage, "figures">,
  figures: readonly Figure[],
): Promise<{ html: string; svgs: string[] }> {
  const svgs: string[] = [];
  for (const figure of figures) svgs.push(await drawFigure(figure, page.parameter));
  const drawn = figures.map((figure, i) => ({ ...figure, svg: svgs[i] as string }));
  return { html: sweepPage({ ...page, figures: drawn }, await pageStyle("evaluation.css")).toString(), svgs };
}
