/** Calls the prebuilt binary of the processor that runs this, through the built package, and prints what it computes. */
import { RegionGraph } from "../../dist/graph/region-graph.js";
import { detectRegions } from "../../dist/regions/detect.js";
import { featureSaliency } from "../../dist/saliency/feature-saliency.js";

/** Values by arithmetic, so that every processor has the same. */
const wave = (length, step) => Float32Array.from({ length }, (_, i) => Math.max(0, Math.sin(i * step) * ((i % 5) + 1)));

const saliency = featureSaliency({ data: wave(12 * 16 * 20, 7.3), height: 12, width: 16, channels: 20 });
const regions = detectRegions(saliency).map(({ x0, y0, x1, y1 }) => [x0, y0, x1, y1]);
const graph = await RegionGraph.build({ data: wave(60 * 24, 3.1), rows: 60, columns: 24 }, { k: 8 });
const centrality = [...(await graph.centrality())];
console.log(JSON.stringify({ arch: process.arch, saliency: [...saliency.data], regions, centrality }));
