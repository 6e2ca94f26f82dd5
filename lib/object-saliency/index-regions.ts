import { checkInteger, withDefaults } from "../check.js";
import { NeighbourIndex } from "../graph/neighbour-index.js";
import { chosenMethod, NEIGHBOUR_DEFAULTS, type NeighbourOptions } from "../graph/neighbours.js";
import { call, type RunOptions } from "../native.js";
import type { ThreadOptions } from "../threads.js";
import { OBJECT_SALIENCY_DEFAULTS } from "./object-saliency.js";
import { checkRegionModel, type RegionModel } from "./region-model.js";

/** Options of {@link indexRegions}. */
export interface IndexRegionsOptions
  extends ThreadOptions, Partial<Pick<NeighbourOptions, "method" | "recall" | "seed" | "k">> {
  /** How many positions will be looked up in all: about the cells of all maps. What `auto` decides by. */
  positions: number;
}

/** What is used where an option of {@link indexRegions} is not given. */
export const INDEX_REGIONS_DEFAULTS: Readonly<Pick<NeighbourOptions, "method" | "recall" | "seed" | "k">> = {
  method: NEIGHBOUR_DEFAULTS.method,
  // Windows find some of what their neighbours miss.
  recall: 0.97,
  seed: NEIGHBOUR_DEFAULTS.seed,
  k: OBJECT_SALIENCY_DEFAULTS.k,
};

/**
 * The model with an index over its regions, for object saliency of many images: with method `auto` where that is
 * estimated to take less than half the time of searching exactly, which needs some hundred thousand regions. Object
 * saliency then looks up a few of a map's windows and finds the neighbours of the others among theirs, and a few of a
 * hundred neighbours are missing. A model that stays exact is returned as it is.
 *
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when the model or an option is not usable; `ERR_ABORTED`.
 */
export async function indexRegions(
  model: RegionModel,
  options: IndexRegionsOptions,
  run: RunOptions = {},
): Promise<RegionModel> {
  const { vectors } = checkRegionModel(model);
  const o = withDefaults("indexRegions options", options, INDEX_REGIONS_DEFAULTS, ["positions", "threads"]);
  const positions = checkInteger("positions", options.positions, { min: 0 });
  const k = Math.min(checkInteger("k", o.k, { min: 1 }), vectors.rows);
  const chosen = chosenMethod(o.method, { queries: positions, vectors: vectors.rows, k });
  if (chosen === "exact") return model;
  const { threads } = options;
  const found = call((native) => native.windowNominees(k));
  const build = { k: Math.min(found, vectors.rows), method: chosen, recall: o.recall, seed: o.seed, threads };
  return { ...model, index: await NeighbourIndex.build(vectors, build, run) };
}
