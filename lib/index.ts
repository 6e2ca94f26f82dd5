/// <reference lib="esnext.disposable" preserve="true" />
/** Leitmotif's public interface, in the order in which data passes through the method. */

export { type ErrorCode, LeitmotifError } from "./errors.js";
export {
  ActivationExtractor,
  EXTRACTOR_DEFAULTS,
  type Extraction,
  type ExtractionOutcome,
  type ExtractManyOptions,
  type ExtractorOptions,
  type ImageSource,
} from "./features/activation-extractor.js";
export type { ActivationMap } from "./features/activation-map.js";
export type { ChosenDevice, Device } from "./features/device.js";
export { IMAGE_DEFAULTS, type ImageOptions, readImage, type RgbImage, type Size } from "./features/image.js";
export { type CandidateTensor, inspectModel, type ModelInspection } from "./features/inspect-model.js";
export type { ModelChoice } from "./features/model.js";
export type { ModelDescription, ModelDescriptionInput } from "./features/model-description.js";
export type { ModelInfo } from "./features/network.js";
export type { GraphValue } from "./features/onnx/graph.js";
export { MODEL_PRESETS, type ModelPreset } from "./features/presets.js";
export type { RunOptions } from "./native.js";
export type { ThreadOptions } from "./threads.js";
export {
  channelWeights,
  FEATURE_SALIENCY_DEFAULTS,
  type FeatureSaliencyOptions,
  featureSaliency,
  featureSaliencyBatch,
} from "./saliency/feature-saliency.js";
export type { SaliencyMap } from "./saliency/saliency-map.js";
export { type MapSize, toCellRectangle, toPixelBox } from "./regions/cells.js";
export { detectRegions, detectRegionsBatch, type EgmStep, type EgmTrace, traceRegions } from "./regions/detect.js";
export { EGM_DEFAULTS, EGM_PRESETS, type EgmOptions } from "./regions/egm-options.js";
export type { ImageSize, PixelBox } from "./regions/pixel-box.js";
export type { Rectangle, Region } from "./regions/region.js";
export {
  UNIFORM_DEFAULTS,
  UNIFORM_WITHIN_DEFAULTS,
  type UniformOptions,
  type UniformRegionsOptions,
  uniformRegions,
  uniformWithin,
} from "./regions/uniform.js";
export type { Matrix } from "./descriptors/matrix.js";
export {
  aggregate,
  crow,
  gem,
  mac,
  poolRegions,
  poolRegionsBatch,
  regionSaliency,
  slidingMaximum,
  spoc,
  weightedMac,
} from "./descriptors/pooling.js";
export { selfSimilarity } from "./descriptors/self-similarity.js";
export {
  defaultDimensions,
  SUPERVISED_WHITENING_DEFAULTS,
  type SupervisedWhiteningFitOptions,
  WHITENING_DEFAULTS,
  Whitening,
  type WhiteningFitOptions,
  type WhiteningOptions,
} from "./descriptors/whitening.js";
export { type CrossMatches, crossMatch } from "./retrieval/cross-match.js";
export { NullScores } from "./retrieval/null-scores.js";
export { OFFLINE_DEFAULTS, OfflineDiffusion, type OfflineOptions } from "./retrieval/offline-diffusion.js";
export { QUERY_VECTOR_DEFAULTS, queryVector, type QueryVectorOptions } from "./retrieval/query-vector.js";
export { type Hits, rank } from "./retrieval/ranking.js";
export {
  type Expansion,
  RETRIEVAL_DEFAULTS,
  RetrievalIndex,
  type RetrievalOptions,
  SEARCH_DEFAULTS,
  type SearchOptions,
  type SearchParameters,
} from "./retrieval/retrieval-index.js";
export { strongestPaths } from "./retrieval/strongest-paths.js";
export { diffuseTruncated } from "./retrieval/truncated-diffusion.js";
export { generalisedMaxPooling, poolToImages } from "./retrieval/max-pooling.js";
export { type ReduceOptions, reduceRegions } from "./retrieval/reduce-regions.js";
export type { RegionSet } from "./retrieval/region-set.js";
export {
  GLOBAL_DESCRIPTOR_DEFAULTS,
  GLOBAL_DESCRIPTORS,
  type GlobalDescriptor,
  type GlobalDescriptorOptions,
  type GlobalDescriptorParts,
  globalVector,
  needsObjectSaliency,
  WHITEN_GLOBAL_DEFAULTS,
  type WhitenGlobalOptions,
  whitenGlobalVectors,
} from "./descriptors/global.js";
export { type IndexMethod, NeighbourIndex } from "./graph/neighbour-index.js";
export {
  NEIGHBOUR_DEFAULTS,
  type NeighbourMethod,
  type NeighbourOptions,
  type Neighbours,
  nearestNeighbours,
} from "./graph/neighbours.js";
export {
  CROSS_IMAGE_DEFAULTS,
  GRAPH_DEFAULTS,
  type GraphOptions,
  type GraphSolution,
  type ImageRegions,
  RegionGraph,
  SOLVE_DEFAULTS,
  type SolveOptions,
} from "./graph/region-graph.js";
export type { SparseMatrix } from "./graph/sparse-matrix.js";
export {
  OBJECT_SALIENCY_DEFAULTS,
  OBJECT_SALIENCY_PRESETS,
  type ObjectSaliencyBatchOptions,
  type ObjectSaliencyImageOptions,
  type ObjectSaliencyOptions,
  objectSaliency,
  objectSaliencyBatch,
} from "./object-saliency/object-saliency.js";
export { INDEX_REGIONS_DEFAULTS, type IndexRegionsOptions, indexRegions } from "./object-saliency/index-regions.js";
export { type NearestRegionsOptions, nearestRegions } from "./object-saliency/nearest-regions.js";
export { type Cell, patchDescriptors } from "./object-saliency/patches.js";
export type { RegionModel } from "./object-saliency/region-model.js";
export {
  findObjects,
  type FoundObject,
  type FoundObjects,
  OBJECT_DEFAULTS,
  type ObjectOptions,
  type RegionTies,
} from "./graph/objects.js";
export {
  averagePrecision,
  measureRankings,
  precisionAt,
  type RankingMeasures,
  type Relevance,
} from "./evaluation/average-precision.js";
export {
  BOOTSTRAP_DEFAULTS,
  type BootstrapOptions,
  bootstrapDifference,
  bootstrapMean,
  type Interval,
} from "./evaluation/bootstrap.js";
export { type CorLoc, corLoc } from "./evaluation/corloc.js";
export { type GroupAgreement, groupAgreement } from "./evaluation/grouping.js";
export { histogram, saliencyPrecision } from "./evaluation/saliency-precision.js";
export {
  ACTIVATION_MAP_SET_DEFAULTS,
  type ActivationMapSetOptions,
  type GeneratedMap,
  generateActivationMaps,
} from "./evaluation/scenes/activation-maps.js";
export {
  generateScenes,
  SCENE_SET_DEFAULTS,
  type SceneSet,
  type SceneSetOptions,
} from "./evaluation/scenes/generate.js";
export type {
  AnnotatedImage,
  BoxTruth,
  Grade,
  GroundTruth,
  LabelTruth,
  NamedQuery,
  QueryTruth,
} from "./evaluation/ground-truth/ground-truth.js";
export { type Level, type Protocol, PROTOCOLS, readGroundTruth } from "./evaluation/ground-truth/protocols.js";
export {
  type ResolvedQuery,
  type ResolvedTruth,
  type ResolveOptions,
  resolveGroundTruth,
} from "./evaluation/ground-truth/resolve.js";
export { evaluate } from "./benchmark/evaluate.js";
export { EVALUATE_DEFAULTS, type EvaluateExtras, type EvaluateOptions } from "./benchmark/options.js";
export { type Sweep, sweep, type SweepOptions, type SweepPoint, type SweptParameter } from "./benchmark/sweep/sweep.js";
export type { Evaluation, Localisation, MapLocalisation, MethodMeasures } from "./benchmark/evaluation.js";
export type { QuerySource } from "./benchmark/query-vectors.js";
export { REPORT_DEFAULTS, type ReportOptions, type WrittenReport } from "./report/render-report.js";
export { type ExplanationOptions, writeExplanation } from "./report/explain/write-explanation.js";
export { type SearchPageOptions, writeSearchPage } from "./report/search/write-search-page.js";
export { writeReport, type WriteReportOptions } from "./report/write-report.js";
export { Collection } from "./collection/collection.js";
export type { OwnedRegionModel } from "./collection/collection-arrays.js";
export type { Counts, ImageRecord, Manifest, ObjectRecord, Skipped } from "./collection/schema.js";
export { type NetworkOptions, openNetworkOf } from "./collection/network.js";
export { findImage } from "./collection/find-image.js";
export { CollectionSearch } from "./search/collection-search.js";
export {
  COLLECTION_SEARCH_DEFAULTS,
  type CollectionSearchOptions,
  type CollectionSearchSetup,
  methodFor,
  QUERY_DEFAULTS,
  type QueryOptions,
  truncation,
} from "./search/options.js";
export { type Query, QueryDescriber, type QueryMap } from "./search/query-describer.js";
export { poolQuery, queryPooling } from "./search/query-pooling.js";
export type { FoundPlace, SearchHit, SearchResult, WayStep } from "./search/result.js";
export { discover, type DiscoverOptions } from "./discovery/discover.js";
export {
  type DiscoveredImage,
  discoverMaps,
  type DiscoverMapsOptions,
  type Discovery,
} from "./discovery/discover-maps.js";
export type { DiscoverEvent, DiscoverListener, Stage } from "./discovery/events.js";
export type { DescriptorSet } from "./discovery/outcome.js";
export type { Timings } from "./discovery/timings.js";
export {
  DISCOVER_DEFAULTS,
  DISCOVER_PRESETS,
  type DiscoverPreset,
  type ParameterOptions,
  type Parameters,
  type WhiteningMethod,
} from "./discovery/parameters.js";
export type { GivenMap } from "./discovery/source.js";
