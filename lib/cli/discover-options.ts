import { GLOBAL_DESCRIPTORS } from "../descriptors/global.js";
import { Option } from "commander";
import { DISCOVER_DEFAULTS } from "../discovery/parameters.js";
import { NEIGHBOUR_METHODS } from "../graph/neighbours.js";
import { type ParameterOption, parameterOption } from "./arguments.js";

const { featureSaliency, uniform, whitening, graph, centrality, objectSaliency, objects, descriptors, maps } =
  DISCOVER_DEFAULTS;

/** Options of region detection, for the maps whose flags begin with `prefix`. */
function egmOptions(prefix: "fs" | "os", group: "featureRegions" | "objectRegions"): ParameterOption[] {
  const defaults = DISCOVER_DEFAULTS[group];
  const option = (flag: string, key: keyof typeof defaults, description: string, choices?: string[]) =>
    parameterOption(`${prefix}-${flag}`, [group, key], description, defaults[key], choices);
  return [
    option("rho", "rho", "exponent on the map: more favours its peaks"),
    option("tau", "tau", "share of the map's maximum below which positions are left out"),
    option("sigma", "sigma", "scale in cells²: more gives fewer, coarser regions"),
    option("floor", "floor", "subtract the map's minimum first", ["none", "min"]),
    option("sample-weighting", "sampleWeighting", "count positions by saliency, or all alike", ["saliency", "none"]),
    option("purge-threshold", "purgeThreshold", "share of its surroundings above which a component stays"),
    option("purge-mixing", "purgeMixing", "count mixing coefficients in that share"),
    option("max-iterations", "maxIterations", "iterations at most"),
    option("tolerance", "tolerance", "cells that no mean may have moved by, to stop"),
    option("expand", "expand", "factor on the sides of regions"),
  ];
}

/** Every parameter of the method as an option of the command line. Names follow the paper. */
export const DISCOVER_PARAMETER_OPTIONS: Readonly<Record<string, readonly ParameterOption[]>> = {
  "Feature saliency and its regions (sections 3.3, 3.4):": [
    parameterOption("epsilon", ["featureSaliency", "epsilon"], "added to channels' shares", featureSaliency.epsilon),
    ...egmOptions("fs", "featureRegions"),
  ],
  "Whitening (section 3.5):": [
    parameterOption(
      "whitening",
      ["whitening", "method"],
      "what it is learnt from: pairs of a file, self-made ones (views of the photos), or regions alone",
      whitening.method,
      ["auto", "pairs", "self", "pca"],
    ),
    {
      option: new Option("--pairs <file>", "CSV of places that show the same thing (docs/whitening.md)"),
      path: ["whitening", "pairs"],
    },
    parameterOption("view-photos", ["whitening", "photos"], "photos to make self-made pairs of", whitening.photos),
    parameterOption("view-seed", ["whitening", "seed"], "which photos, and which views of them", whitening.seed),
    parameterOption("dimensions", ["whitening", "dimensions"], "dimensions of descriptors", whitening.dimensions),
    parameterOption("shrinkage", ["whitening", "shrinkage"], "added to eigenvalues, as a share", whitening.shrinkage),
  ],
  "Graph and centrality (sections 3.6, 3.7):": [
    parameterOption("k", ["graph", "k"], "neighbours of a region", graph.k),
    parameterOption("beta", ["graph", "beta"], "power of similarities", graph.beta),
    parameterOption("neighbours", ["graph", "method"], "how they are found", graph.method, NEIGHBOUR_METHODS),
    parameterOption("recall", ["graph", "recall"], "share of neighbours that clusters have to give", graph.recall),
    parameterOption("seed", ["graph", "seed"], "of clusters and of hnsw", graph.seed),
    parameterOption(
      "across-images",
      ["centrality", "acrossImages"],
      "centrality counts what recurs from photo to photo, and no textures",
      centrality.acrossImages,
    ),
    parameterOption(
      "centrality-theta",
      ["centrality", "theta"],
      "power of a region's saliency, and of how unlike its halves are, in that",
      centrality.theta,
    ),
    parameterOption("alpha", ["centrality", "alpha"], "how far centrality spreads", centrality.alpha),
    parameterOption(
      "solve-tolerance",
      ["centrality", "tolerance"],
      "relative residual to stop at",
      centrality.tolerance,
    ),
    parameterOption("solve-iterations", ["centrality", "maxIterations"], "at most", centrality.maxIterations),
  ],
  "Object saliency and its regions (section 3.8):": [
    parameterOption("patch-side", ["objectSaliency", "side"], "side a of a patch in cells", objectSaliency.side),
    parameterOption("patch-k", ["objectSaliency", "k"], "nearest regions of a patch", objectSaliency.k),
    parameterOption(
      "patch-neighbours",
      ["objectSaliency", "method"],
      "how they are found; auto: as --neighbours, else by their number",
      objectSaliency.method,
      NEIGHBOUR_METHODS,
    ),
    parameterOption("patch-beta", ["objectSaliency", "beta"], "power of similarities", objectSaliency.beta),
    parameterOption("Theta", ["objectSaliency", "Theta"], "power of the position's saliency", objectSaliency.Theta),
    parameterOption("theta", ["objectSaliency", "theta"], "power of regions' saliency", objectSaliency.theta),
    parameterOption(
      "exclude-own",
      ["objectSaliency", "excludeOwn"],
      "leave out own regions",
      objectSaliency.excludeOwn,
    ),
    ...egmOptions("os", "objectRegions"),
  ],
  "Objects:": [
    parameterOption("min-photos", ["objects", "minPhotos"], "photos that show an object, at least", objects.minPhotos),
    parameterOption("resolution", ["objects", "resolution"], "more gives smaller, purer objects", objects.resolution),
    parameterOption("false-edges", ["objects", "falseEdges"], "edges of chance that may be", objects.falseEdges),
    parameterOption(
      "min-similarity",
      ["objects", "minSimilarity"],
      "similarity that an edge needs",
      objects.minSimilarity,
    ),
    parameterOption("margin", ["objects", "margin"], "what tells a thing from a texture", objects.margin),
    parameterOption("object-theta", ["objects", "theta"], "power of a region's saliency in its ties", objects.theta),
    parameterOption("min-score", ["objects", "minScore"], "score that an object needs", objects.minScore),
    parameterOption("object-seed", ["objects", "seed"], "of the order in which regions are visited", objects.seed),
  ],
  "Global descriptors (section 3.9):": [
    {
      option: new Option(
        "--descriptors <kinds>",
        `those to keep, with commas between, or all: ${GLOBAL_DESCRIPTORS.join(", ")} ` +
          `(default: ${descriptors.kinds.join(",")})`,
      ).argParser((kinds) => (kinds === "all" ? GLOBAL_DESCRIPTORS : kinds.split(",").map((kind) => kind.trim()))),
      path: ["descriptors", "kinds"],
    },
    parameterOption(
      "whole-map",
      ["uniform", "wholeMap"],
      "the whole map as one more region of R-MAC",
      uniform.wholeMap,
    ),
    parameterOption("descriptor-mean", ["descriptors", "mean"], "what they are centred on", descriptors.mean, [
      "own",
      "whitening",
    ]),
  ],
  "Work files:": [
    parameterOption("maps", ["maps"], "between the passes, keep activation maps on disk or extract them again", maps, [
      "keep",
      "extract-again",
    ]),
  ],
};

/** The group and name of the parameter that an option (without its dashes) sets; undefined where none does. */
export function parameterOf(name: string): readonly [group: string, key: string] | undefined {
  const path = Object.values(DISCOVER_PARAMETER_OPTIONS)
    .flat()
    .find(({ option }) => option.long === `--${name}`)?.path;
  return path?.length === 2 ? path : undefined;
}
