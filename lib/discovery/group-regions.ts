import type { ObjectRecord } from "../collection/schema.js";
import { findObjects, type FoundObject } from "../graph/objects.js";
import { StageProgress } from "./events.js";
import type { Passes } from "./outcome.js";
import type { Parameters } from "./parameters.js";
import type { DiscoveredRegions } from "./relate-regions.js";
import type { RunContext } from "./run-context.js";

/** Groups the regions of a collection into objects, after the second pass. */
export async function groupRegions(
  { graph, vectors, owner, centrality, saliency }: DiscoveredRegions,
  passes: Passes,
  parameters: Parameters,
  { signal, tell, stopwatch }: RunContext,
): Promise<FoundObject[]> {
  const { minSimilarity, ...options } = parameters.objects;
  const progress = new StageProgress("objects", vectors.rows, tell);
  const selfSimilarity = await gatherSelfSimilarity(passes, vectors.rows);
  const { objects } = await stopwatch.time("objects", vectors.rows, () =>
    findObjects(
      { adjacency: graph.adjacency, vectors, owner, centrality, saliency, selfSimilarity },
      { ...options, beta: parameters.graph.beta, minSimilarity: minSimilarity ?? undefined },
      { signal, onProgress: progress.fraction },
    ),
  );
  return objects;
}

/** What the second pass found of the regions of the first, in their order. */
async function gatherSelfSimilarity({ paths, second }: Passes, regions: number): Promise<Float32Array> {
  const all = new Float32Array(regions);
  let row = 0;
  for (const path of paths) {
    const { arrays } = await second.read(path, ["selfSimilarity"]);
    const own = arrays.selfSimilarity as Float32Array;
    all.set(own, row);
    row += own.length;
  }
  return all;
}

export function objectRecord({ exemplar, members, photos, score, cohesion }: FoundObject): ObjectRecord {
  return { exemplar, regions: members.length, images: photos.length, score, cohesion };
}

/** The object of each of n regions; -1 for none. */
export function objectLabels(objects: readonly FoundObject[], regions: number): Int32Array {
  const labels = new Int32Array(regions).fill(-1);
  for (const [label, { members }] of objects.entries()) for (const member of members) labels[member] = label;
  return labels;
}
