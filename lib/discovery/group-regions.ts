import type { ObjectRecord } from "../collection/schema.js";
import { findObjects, type FoundObject } from "../graph/objects.js";
import { StageProgress } from "./events.js";
import type { Parameters } from "./parameters.js";
import type { DiscoveredRegions } from "./relate-regions.js";
import type { RunContext } from "./run-context.js";

/** Groups the regions of a collection into objects. */
export async function groupRegions(
  { graph, ...regions }: DiscoveredRegions,
  parameters: Parameters,
  { signal, tell, stopwatch }: RunContext,
): Promise<FoundObject[]> {
  const { minSimilarity, ...options } = parameters.objects;
  const progress = new StageProgress("objects", graph.size, tell);
  const { objects } = await stopwatch.time("objects", graph.size, () =>
    findObjects(
      { adjacency: graph.adjacency, ...regions },
      { ...options, beta: parameters.graph.beta, minSimilarity: minSimilarity ?? undefined },
      { signal, onProgress: progress.fraction },
    ),
  );
  return objects;
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
