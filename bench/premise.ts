/**
 * Whether the method does what the paper says of it where its premise holds: strong features, small objects, nothing
 * behind them that recurs. Saliency precision (Figure 8) and mAP without and with diffusion (Table 1) on activation
 * maps made for it, by the size of the objects; and how the threshold on object saliency matters to both.
 *
 *     node --import ./bench/support/register-typescript.mjs bench/premise.ts [seeds]
 *
 * Takes half a minute a seed on one core.
 */
import { EGM_PRESETS } from "../lib/index.js";
import { type DirectFormResult, KINDS, measureDirectForm } from "./support/direct-form.js";

const MAPS = { images: 400, objects: 8, height: 18, width: 24, channels: 192 };
const PREMISE = { clutter: 1, backgroundStuff: 0, strength: 5, sparsity: 0.97, variation: 0.4 };
const QUERIES = 40;
/** An object's occurrences: the neighbours that it has. */
const K = 50;

const sizes = [2, 3, 4, 6];
const seeds = Array.from({ length: Number(process.argv[2] ?? 1) }, (_, i) => i + 1);

for (const tau of [EGM_PRESETS.PAPER.objectSaliency.tau, EGM_PRESETS.PAPER_UNTUNED.objectSaliency.tau]) {
  const rows: Record<string, Record<string, string>> = {};
  for (const objectSize of sizes) {
    const results: DirectFormResult[] = [];
    for (const seed of seeds) {
      const discovery = { preset: "paper", objectRegions: { tau } } as const;
      results.push(await measureDirectForm({ ...MAPS, ...PREMISE, seed, objectSize }, QUERIES, discovery, K));
    }
    const mean = (value: (result: DirectFormResult) => number) =>
      results.reduce((sum, result) => sum + value(result), 0) / results.length;
    const column: Record<string, string> = {
      "share of the map": mean(({ area }) => area).toFixed(3),
      "precision of FS": mean(({ precision }) => precision.FS).toFixed(3),
      "precision of OS": mean(({ precision }) => precision.OS).toFixed(3),
      "regions of FS": mean(({ regions }) => regions.FS).toFixed(1),
      "regions of OS": mean(({ regions }) => regions.OS).toFixed(1),
    };
    for (const kind of KINDS) {
      const [plain, diffusion] = (["plain", "diffusion"] as const).map((way) =>
        (100 * mean(({ methods }) => methods[kind][way])).toFixed(1),
      );
      column[`${kind}: mAP / with diffusion`] = `${plain} / ${diffusion}`;
    }
    for (const [name, value] of Object.entries(column)) (rows[name] ??= {})[`${objectSize} cells`] = value;
  }
  console.log(`OS threshold tau ${tau}, objects of`);
  console.table(rows);
}
