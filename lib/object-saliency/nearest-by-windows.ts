import type { ActivationMap } from "../features/activation-map.js";
import type { NeighbourIndex } from "../graph/neighbour-index.js";
import type { Neighbours } from "../graph/neighbours.js";
import { callAsync, type RunOptions } from "../native.js";
import { featureSaliency } from "../saliency/feature-saliency.js";
import { type ThreadOptions, threadCount } from "../threads.js";
import { type Cell, checkCells, patchDescriptors } from "./patches.js";
import type { RegionModel } from "./region-model.js";

interface WindowOptions extends ThreadOptions {
  side: number;
  /** At most the regions that are not left out. */
  k: number;
  /** Owner whose regions are left out, or -1. */
  excluded: number;
}

/**
 * The nearest regions at some cells as object saliency finds them with an index: among the windows of the whole map, by
 * a few of which all are looked up.
 *
 * @returns A row a cell; -1 where there is no neighbour.
 */
export async function nearestByWindows(
  map: ActivationMap,
  cells: readonly Cell[],
  { whitening, owner, index }: RegionModel & { index: NeighbourIndex },
  { side, k, excluded, threads }: WindowOptions,
  run: RunOptions,
): Promise<Pick<Neighbours, "ids" | "similarities" | "rows" | "k">> {
  const { width } = map;
  const asked = checkCells(cells, map);
  const { data } = featureSaliency(map);
  const positions = Int32Array.from(new Set([...searched(data), ...asked])).sort();
  const at = Array.from(positions, (p) => ({ x: p % width, y: Math.floor(p / width) }));
  const patches = patchDescriptors(map, whitening, at, side);
  const ids = new Int32Array(positions.length * k);
  const similarities = new Float32Array(ids.length);
  if (ids.length > 0) {
    const windows = [patches.data, positions, width, excluded, side, k, threadCount(threads)] as const;
    await callAsync(run, (native, control) =>
      native.searchWindows(index.native, owner, ...windows, ids, similarities, control),
    );
  }
  const rows = new Map(Array.from(positions, (p, row) => [p, row]));
  const found = { ids: new Int32Array(cells.length * k), similarities: new Float32Array(cells.length * k) };
  asked.forEach((position, to) => {
    const from = (rows.get(position) as number) * k;
    found.ids.set(ids.subarray(from, from + k), to * k);
    found.similarities.set(similarities.subarray(from, from + k), to * k);
  });
  return { ...found, rows: cells.length, k };
}

/** Positions that object saliency looks up. */
function searched(featureSaliency: Float32Array): number[] {
  return Array.from(featureSaliency.keys()).filter((p) => (featureSaliency[p] as number) > 0);
}
