import { checkBoolean, checkInteger, checkOneOf, checkString, withDefaults } from "../check.js";
import {
  GLOBAL_DESCRIPTOR_DEFAULTS,
  type GlobalDescriptor,
  type GlobalDescriptorOptions,
  WHITEN_GLOBAL_DEFAULTS,
  type WhitenGlobalOptions,
} from "../descriptors/global.js";
import type { NeighbourMethod } from "../graph/neighbours.js";
import { OBJECT_DEFAULTS, type ObjectOptions } from "../graph/objects.js";
import {
  CROSS_IMAGE_DEFAULTS,
  GRAPH_DEFAULTS,
  type GraphOptions,
  SOLVE_DEFAULTS,
  type SolveOptions,
} from "../graph/region-graph.js";
import {
  OBJECT_SALIENCY_DEFAULTS,
  OBJECT_SALIENCY_PRESETS,
  type ObjectSaliencyOptions,
} from "../object-saliency/object-saliency.js";
import { EGM_DEFAULTS, EGM_PRESETS, type EgmOptions } from "../regions/egm-options.js";
import { FEATURE_SALIENCY_DEFAULTS, type FeatureSaliencyOptions } from "../saliency/feature-saliency.js";
import { checkKinds } from "./descriptor-kinds.js";

/** What a whitening is learnt from. */
export type WhiteningMethod = "pca" | "self" | "pairs";

/** Everything that the result of a run hangs on, apart from images and network. */
export interface Parameters {
  featureSaliency: FeatureSaliencyOptions;
  /** Regions of feature saliency maps. */
  featureRegions: EgmOptions;
  /** Regions of object saliency maps. */
  objectRegions: EgmOptions;
  /** Grid of R-MAC. */
  uniform: Pick<GlobalDescriptorOptions, "wholeMap">;
  whitening: {
    /**
     * What it is learnt from: `pca` the regions alone; `self` views of the collection's own photos, which show the same
     * regions again; `pairs` those of a file. `auto` takes pairs where they are given, else views from
     * 640 photos on, else PCA.
     */
    method: "auto" | WhiteningMethod;
    /** A CSV of places that show the same thing; see docs/whitening.md. Null: none. */
    pairs: string | null;
    /** Of `self`: photos that are looked at again; null for what their number suggests. */
    photos: number | null;
    /** Of `self`: which photos, and which views of them. */
    seed: number;
    /** Dimensions d; null for what the number of regions suggests. At most the channels. */
    dimensions: number | null;
    /** See {@link WhiteningOptions}; null for the method's own. */
    shrinkage: number | null;
  };
  graph: GraphOptions;
  centrality: SolveOptions & {
    /**
     * Whether it counts what recurs from photo to photo alone, and no textures (`RegionGraph.acrossImages`); the paper
     * takes the whole graph.
     */
    acrossImages: boolean;
    /**
     * Then: power of a region's saliency, relative to the most salient of its photo, and of how unlike its halves are, in
     * the weights of its edges.
     */
    theta: number;
  };
  objectSaliency: ObjectSaliencyOptions & {
    /** Leaves an image's own regions out of its object saliency; the paper does not. */
    excludeOwn: boolean;
    /**
     * How the regions nearest to a patch are found: `exact`, or by an index, in which a few of a map's windows are
     * looked up for all. `auto` is as `graph.method`; where that is `auto` too (or `quantised`, which is for the graph
     * alone), `clustered` from some thousand regions on, where it takes a fraction of the time.
     */
    method: NeighbourMethod;
  };
  /** Grouping of regions; its beta is the graph's. */
  objects: Omit<ObjectOptions, "beta" | "minSimilarity"> & {
    /** The similarity that an edge needs; null for what `falseEdges` gives. */
    minSimilarity: number | null;
  };
  /** Global descriptors, and their whitening. */
  descriptors: WhitenGlobalOptions & {
    /** Kinds that the collection holds; each takes 4 d bytes an image. */
    kinds: readonly GlobalDescriptor[];
  };
  /**
   * Where the second pass has activation maps from: `keep` holds them in the work folder until the run is done, packed without
   * loss (of the default network about a bit an activation: 5 GB for 100,000 photos at 512 pixels), `extract-again` runs the network twice.
   */
  maps: "keep" | "extract-again";
}

/** Defaults of {@link Parameters}. */
export const DISCOVER_DEFAULTS: Readonly<Parameters> = {
  featureSaliency: FEATURE_SALIENCY_DEFAULTS,
  featureRegions: EGM_DEFAULTS.featureSaliency,
  objectRegions: EGM_DEFAULTS.objectSaliency,
  uniform: { wholeMap: GLOBAL_DESCRIPTOR_DEFAULTS.wholeMap },
  whitening: { method: "auto", pairs: null, photos: null, seed: 1, dimensions: null, shrinkage: null },
  graph: GRAPH_DEFAULTS,
  centrality: { ...SOLVE_DEFAULTS, ...CROSS_IMAGE_DEFAULTS, acrossImages: true },
  objectSaliency: { ...OBJECT_SALIENCY_DEFAULTS, excludeOwn: true, method: "auto" },
  objects: {
    minPhotos: OBJECT_DEFAULTS.minPhotos,
    resolution: OBJECT_DEFAULTS.resolution,
    falseEdges: OBJECT_DEFAULTS.falseEdges,
    minSimilarity: null,
    margin: OBJECT_DEFAULTS.margin,
    theta: OBJECT_DEFAULTS.theta,
    minScore: OBJECT_DEFAULTS.minScore,
    seed: OBJECT_DEFAULTS.seed,
  },
  descriptors: { ...WHITEN_GLOBAL_DEFAULTS, kinds: ["MAC", "R-MAC", "FS.EGM", "OS.EGM", "OS.EGM-Delta"] },
  maps: "keep",
};

const PAPER_CENTRALITY = { acrossImages: false } as const;
const PAPER_OBJECT_SALIENCY = { ...OBJECT_SALIENCY_PRESETS.PAPER, excludeOwn: false } as const;

/** Named sets of parameters; what one does not name is the default's. */
export const DISCOVER_PRESETS = {
  default: {},
  /** As the paper tuned them on Oxford5k (section 4.2). */
  paper: {
    featureRegions: EGM_PRESETS.PAPER.featureSaliency,
    objectRegions: EGM_PRESETS.PAPER.objectSaliency,
    whitening: { method: "pca" },
    centrality: PAPER_CENTRALITY,
    objectSaliency: PAPER_OBJECT_SALIENCY,
    descriptors: { mean: "whitening" },
  },
  /** The paper's before tuning (section 4.1). */
  "paper-untuned": {
    featureRegions: EGM_PRESETS.PAPER_UNTUNED.featureSaliency,
    objectRegions: EGM_PRESETS.PAPER_UNTUNED.objectSaliency,
    whitening: { method: "pca" },
    centrality: PAPER_CENTRALITY,
    objectSaliency: PAPER_OBJECT_SALIENCY,
    descriptors: { mean: "whitening" },
  },
} as const satisfies Record<string, ParameterOptions>;

/** A name in {@link DISCOVER_PRESETS}. */
export type DiscoverPreset = keyof typeof DISCOVER_PRESETS;

/** Parameters as a caller gives them: those that differ from the preset's. */
export type ParameterOptions = {
  [K in keyof Parameters]?: Parameters[K] extends object ? Partial<Parameters[K]> : Parameters[K];
};

/** Fills in preset and defaults. Values are checked by the stages that use them; see {@link rehearse}. */
export function resolveParameters(preset: DiscoverPreset, options: ParameterOptions): Parameters {
  const chosen: ParameterOptions = DISCOVER_PRESETS[checkOneOf("preset", preset, presetNames)];
  const resolved = withDefaults<object>("discover options", options, DISCOVER_DEFAULTS) as Parameters;
  for (const [group, base] of Object.entries(DISCOVER_DEFAULTS) as [keyof Parameters, object][]) {
    if (typeof base !== "object") continue;
    const defaults = { ...base, ...(chosen[group] as object | undefined) };
    Object.assign(resolved, { [group]: withDefaults(group, options[group] as object | undefined, defaults) });
  }
  checkOneOf("maps", resolved.maps, ["keep", "extract-again"]);
  checkBoolean("centrality.acrossImages", resolved.centrality.acrossImages);
  checkBoolean("objectSaliency.excludeOwn", resolved.objectSaliency.excludeOwn);
  resolved.descriptors = { ...resolved.descriptors, kinds: checkKinds(resolved.descriptors.kinds) };
  const { method, pairs, photos, seed, dimensions } = resolved.whitening;
  checkOneOf("whitening.method", method, ["auto", "pca", "self", "pairs"]);
  if (pairs !== null) checkString("whitening.pairs", pairs);
  if (photos !== null) checkInteger("whitening.photos", photos, { min: 1 });
  checkInteger("whitening.seed", seed, { min: 0 });
  if (dimensions !== null) checkInteger("whitening.dimensions", dimensions, { min: 1 });
  return resolved;
}

const presetNames = Object.keys(DISCOVER_PRESETS) as DiscoverPreset[];
