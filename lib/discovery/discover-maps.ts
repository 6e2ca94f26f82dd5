import type { ImageRecord } from "../collection/schema.js";
import type { GlobalDescriptor } from "../descriptors/global.js";
import type { FoundObject } from "../graph/objects.js";
import type { SaliencyMap } from "../saliency/saliency-map.js";
import { type ThreadOptions, threadCount } from "../threads.js";
import type { DiscoverListener } from "./events.js";
import { FirstPass, type FirstValue } from "./first-pass.js";
import { groupRegions } from "./group-regions.js";
import { describeImages, type DescriptorSet, imageRecords } from "./outcome.js";
import type { PlacePair } from "./pairs-file.js";
import { type DiscoverPreset, type ParameterOptions, resolveParameters, type WhiteningMethod } from "./parameters.js";
import { MemoryStore, type PassValue } from "./record-store.js";
import { type DiscoveredRegions, gatherRegions, relateRegions } from "./relate-regions.js";
import { RunContext } from "./run-context.js";
import { secondPass } from "./second-pass.js";
import { settleNeighbours } from "./settle-neighbours.js";
import { type GivenMap, mapSource } from "./source.js";
import { survey } from "./survey.js";
import type { Timings } from "./timings.js";
import { chooseWhitening, matchingPairs, type WhiteningChosen } from "./whitening-lessons.js";

export interface DiscoverMapsOptions extends ParameterOptions, ThreadOptions {
  /** Where options start from. Default: `default`. */
  preset?: DiscoverPreset | undefined;
  /** Stops the run: its promise rejects with `ERR_ABORTED` within a second. */
  signal?: AbortSignal | undefined;
  onProgress?: DiscoverListener | undefined;
}

/** A map's record, with its two saliency maps. */
export interface DiscoveredImage extends ImageRecord {
  featureSaliency: SaliencyMap;
  objectSaliency: SaliencyMap;
}

/** What was found in given activation maps, all in memory. */
export interface Discovery extends DiscoveredRegions {
  /** What the whitening was learnt from: PCA where no pairs are given. */
  whitenedBy: WhiteningMethod;
  images: DiscoveredImage[];
  /** What recurs, by falling evidence; members and exemplars are regions. */
  objects: FoundObject[];
  /** Of the kinds asked for. */
  descriptors: Partial<Record<GlobalDescriptor, DescriptorSet>>;
  timings: Timings;
}

/**
 * The whole method (section 3) on given activation maps, in memory and without files: for networks, collections and
 * tests of one's own. Memory: all maps (zeros packed), all saliency maps and all region vectors.
 *
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` for a map that is not (h, w, c), finite and non-negative, for maps of
 *   different channels, an id that comes twice or a wrong option; `ERR_IMAGE` when there is no map or no region in any;
 *   `ERR_ABORTED`.
 */
export async function discoverMaps(
  maps: Iterable<GivenMap> | AsyncIterable<GivenMap>,
  { preset = "default", signal, onProgress, threads, ...options }: DiscoverMapsOptions = {},
): Promise<Discovery> {
  const resolved = resolveParameters(preset, { ...options, maps: "keep" });
  const { parameters, given } = await chooseWhitening(resolved, 0);
  return discoverInMemory(maps, parameters, new RunContext(signal, onProgress, threadCount(threads)), given);
}

export async function discoverInMemory(
  maps: Iterable<GivenMap> | AsyncIterable<GivenMap>,
  parameters: WhiteningChosen,
  context: RunContext,
  given: readonly PlacePair[] = [],
): Promise<Discovery> {
  const source = mapSource(maps);
  const first = new MemoryStore<FirstValue>();
  const second = new MemoryStore<PassValue>();
  const paths = await new FirstPass(source, first, parameters, context).run();
  const counts = await survey(paths, first, source);
  const settled = settleNeighbours(parameters, counts);
  const pairs = await matchingPairs({ given }, { paths, first, channels: counts.channels }, settled, context);
  const regions = await relateRegions(await gatherRegions(paths, first, counts), settled, context, pairs);
  const passes = { paths, first, second };
  await secondPass({ ...passes, model: regions }, settled, context);

  const images: DiscoveredImage[] = [];
  for await (const record of imageRecords(passes, regions.centrality, context)) {
    images.push({
      ...record,
      featureSaliency: await savedMap(first, record),
      objectSaliency: await savedMap(second, record),
    });
  }
  const objects = await groupRegions(regions, settled, context);
  const descriptors: Discovery["descriptors"] = {};
  for (const kind of settled.descriptors.kinds) {
    descriptors[kind] = await describeImages(passes, kind, regions.whitening, settled, context);
  }
  const whitenedBy = settled.whitening.method;
  return { ...regions, whitenedBy, images, objects, descriptors, timings: context.stopwatch.timings };
}

async function savedMap(store: MemoryStore<PassValue>, { path, map }: ImageRecord): Promise<SaliencyMap> {
  return { data: (await store.read(path)).arrays.saliency as Float32Array, height: map.height, width: map.width };
}
