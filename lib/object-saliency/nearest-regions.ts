import { checkInteger, withDefaults } from "../check.js";
import type { ActivationMap } from "../features/activation-map.js";
import { type Neighbours, nearestNeighbours } from "../graph/neighbours.js";
import type { RunOptions } from "../native.js";
import type { ThreadOptions } from "../threads.js";
import { nearestByWindows } from "./nearest-by-windows.js";
import { OBJECT_SALIENCY_DEFAULTS, type ObjectSaliencyOptions } from "./object-saliency.js";
import { type Cell, patchDescriptors } from "./patches.js";
import { checkExcluded, checkRegionModel, type RegionModel } from "./region-model.js";

/** Options of {@link nearestRegions}. */
export interface NearestRegionsOptions extends Partial<Pick<ObjectSaliencyOptions, "side" | "k">>, ThreadOptions {
  /** The image's number in `model.owner`: its own regions are then left out. Default: none are. */
  excludeOwner?: number | undefined;
}

/**
 * The regions of a model that lie nearest to the patches at some cells of a map: what {@link objectSaliency} sums over
 * there (eq. 14), to look at when a map is wrong (Figure 4). With an index, the same few are missing.
 *
 * @returns A row a cell: region ids and their similarities v_i . u_p, descending. With an index, a cell whose patch is
 * zero has ids of -1.
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` as {@link objectSaliency}, or when a cell lies outside the map;
 * `ERR_ABORTED`.
 */
export async function nearestRegions(
  map: ActivationMap,
  cells: readonly Cell[],
  model: RegionModel,
  options: NearestRegionsOptions = {},
  run: RunOptions = {},
): Promise<Pick<Neighbours, "ids" | "similarities" | "rows" | "k">> {
  const { vectors, whitening, owner } = checkRegionModel(model);
  const { side, k } = OBJECT_SALIENCY_DEFAULTS;
  const o = withDefaults("nearestRegions options", options, { side, k }, ["excludeOwner", "threads"]);
  const excluded = checkExcluded("excludeOwner", options.excludeOwner ?? -1, model);
  const own = excluded === -1 ? 0 : (owner as Int32Array).filter((image) => image === excluded).length;
  const wanted = Math.min(checkInteger("k", o.k, { min: 1 }), vectors.rows - own);

  if (model.index) {
    const windows = { side: o.side, k: wanted, excluded, threads: options.threads };
    return nearestByWindows(map, cells, { ...model, index: model.index }, windows, run);
  }
  const patches = patchDescriptors(map, whitening, cells, o.side);
  const search = { k: wanted + own, method: "exact", threads: options.threads } as const;
  const found = await nearestNeighbours(patches, vectors, search, run);
  const ids = new Int32Array(patches.rows * wanted);
  const similarities = new Float32Array(patches.rows * wanted);
  for (let row = 0; row < patches.rows; row++) {
    let kept = row * wanted;
    for (let i = row * found.k; kept < (row + 1) * wanted; i++) {
      const id = found.ids[i] as number;
      if (own > 0 && owner?.[id] === excluded) continue;
      ids[kept] = id;
      similarities[kept++] = found.similarities[i] as number;
    }
  }
  return { ids, similarities, rows: patches.rows, k: wanted };
}
