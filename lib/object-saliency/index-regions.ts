import { checkInteger, checkOneOf, withDefaults } from "../check.js";
import { NeighbourIndex } from "../graph/neighbour-index.js";
import {
  type LookUpMethod,
  NEIGHBOUR_DEFAULTS,
  NEIGHBOUR_METHODS,
  type NeighbourMethod,
  type NeighbourOptions,
} from "../graph/neighbours.js";
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

/** Regions from which on `auto` looks windows up. Below, exact search of a whole collection takes seconds. */
const LEAST_REGIONS = 4096;
/** Regions at least, for each neighbour: where nearly all are asked for, an index has nothing to leave out. */
const REGIONS_A_NEIGHBOUR = 40;
/** Positions, times the square root of the regions, whose exact search takes twice what building the index does. */
const PAYING_POSITIONS = 64;

/** What is looked up among what. */
export interface LookUpWork {
  /** See {@link IndexRegionsOptions.positions}. */
  positions: number;
  regions: number;
  k: number;
}

/**
 * How object saliency finds neighbours: what `auto`, and `quantised`, which is not for look-ups, come to, measured by
 * bench/look-up-limit.ts; any other method is itself.
 *
 * @param option Its name, for an error.
 */
export function windowMethod(
  method: NeighbourMethod,
  { positions, regions, k }: LookUpWork,
  option = "method",
): LookUpMethod {
  const given = checkOneOf(option, method, NEIGHBOUR_METHODS);
  if (given !== "auto" && given !== "quantised") return given;
  const many = regions >= Math.max(LEAST_REGIONS, REGIONS_A_NEIGHBOUR * k);
  return many && positions >= PAYING_POSITIONS * Math.sqrt(regions) ? "clustered" : "exact";
}

/**
 * The model with an index over its regions, for object saliency of many images: with method `auto` from some thousand
 * regions on, where building the index takes less than it saves. Object saliency then looks up a few of a map's windows
 * and finds the neighbours of the others among theirs, and a few of a hundred neighbours are missing. A model that stays
 * exact is returned as it is.
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
  const chosen = windowMethod(o.method, { positions, regions: vectors.rows, k });
  if (chosen === "exact") return model;
  const { threads } = options;
  const found = call((native) => native.windowNominees(k));
  const build = { k: Math.min(found, vectors.rows), method: chosen, recall: o.recall, seed: o.seed, threads };
  return { ...model, index: await NeighbourIndex.build(vectors, build, run) };
}
