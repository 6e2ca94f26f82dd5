import type { Arrays } from "../collection/record-log.js";
import { throwIfAborted } from "../errors.js";
import type { ActivationMap } from "../features/activation-map.js";
import { indexRegions } from "../object-saliency/index-regions.js";
import { objectSaliencyBatch } from "../object-saliency/object-saliency.js";
import type { RegionModel } from "../object-saliency/region-model.js";
import { detectRegionsBatch } from "../regions/detect.js";
import type { Region } from "../regions/region.js";
import type { SaliencyMap } from "../saliency/saliency-map.js";
import { ahead } from "./ahead.js";
import { StageProgress } from "./events.js";
import { globalVectors, secondPassKinds } from "./descriptor-kinds.js";
import type { Passes } from "./outcome.js";
import type { Parameters } from "./parameters.js";
import type { Reextract } from "./reextract.js";
import type { PassValue } from "./record-store.js";
import type { RunContext } from "./run-context.js";
import { MAP_ARRAYS, storedMap } from "./stored-map.js";

export interface SecondPassInput extends Passes {
  model: RegionModel;
  /** Where the first pass did not keep the maps. */
  reextract?: Reextract | undefined;
}

/**
 * Images that are looked up together where regions have an index: what a look-up costs once, such as a value for every
 * region, is then shared.
 */
const INDEXED_TOGETHER = 32;

interface Loaded {
  index: number;
  path: string;
  map: ActivationMap;
  featureSaliency: SaliencyMap;
}

/**
 * Second pass over the images, each against the regions of all (sections 3.8 and 3.9): object saliency, its regions and
 * the descriptors that they give.
 */
export async function secondPass(input: SecondPassInput, parameters: Parameters, context: RunContext): Promise<void> {
  const { stopwatch } = context;
  const progress = new StageProgress("object regions", input.paths.length, context.tell);
  const load = (index: number) => loadMap(input, index, context);
  const together = parameters.objectSaliency.method === "exact" ? context.imagesAhead : INDEXED_TOGETHER;
  let model: RegionModel | undefined;
  let waiting = performance.now();
  for await (const batch of ahead(pending(input, progress), together, load)) {
    stopwatch.add("maps again", (performance.now() - waiting) / 1000, batch.length);
    throwIfAborted(context.signal);
    model ??= await indexed(input, parameters, context);
    for (const analysed of await analyse(batch, model, parameters, context)) {
      // One by one: between them the event loop has its turn.
      const { value, arrays } = await stopwatch.time("pooling", 1, () =>
        Promise.resolve(recordOf(analysed, parameters)),
      );
      await stopwatch.time("records", 1, () => input.second.add(value, arrays));
    }
    progress.add(batch.length);
    waiting = performance.now();
  }
}

/** The model with an index of its regions, where they are not searched exactly. */
async function indexed({ model }: SecondPassInput, parameters: Parameters, context: RunContext): Promise<RegionModel> {
  const { signal, threads, budget, stopwatch } = context;
  const { method, k } = parameters.objectSaliency;
  if (method === "exact") return model;
  const { seed } = parameters.graph;
  return stopwatch.time("region index", model.vectors.rows, () =>
    budget.use(threads, () => indexRegions(model, { positions: 0, method, seed, k, threads }, { signal })),
  );
}

/** Places of the images whose result an earlier run has not left. */
function* pending({ paths, second }: SecondPassInput, progress: StageProgress): Generator<number> {
  for (const [index, path] of paths.entries()) {
    if (second.has(path, path)) progress.resume();
    else yield index;
  }
}

async function loadMap({ paths, first, reextract }: SecondPassInput, index: number, run: RunContext): Promise<Loaded> {
  throwIfAborted(run.signal);
  const path = paths[index] as string;
  const record = await first.read(path, ["saliency", ...MAP_ARRAYS]);
  const { height, width } = record.value.map;
  const map = await storedMap(record, reextract, run.signal);
  const featureSaliency = { data: record.arrays.saliency as Float32Array, height, width };
  return { index, path, map, featureSaliency };
}

interface Analysed extends Loaded {
  saliency: SaliencyMap;
  regions: Region[];
}

async function analyse(
  batch: Loaded[],
  model: RegionModel,
  parameters: Parameters,
  context: RunContext,
): Promise<Analysed[]> {
  const { signal, threads, budget, stopwatch } = context;
  const { side, k, beta, Theta, theta, excludeOwn } = parameters.objectSaliency;
  const looking = {
    side,
    k,
    beta,
    Theta,
    theta,
    featureSaliency: batch.map(({ featureSaliency }) => featureSaliency),
    excludeOwner: excludeOwn ? Int32Array.from(batch, ({ index }) => index) : undefined,
    threads,
  };
  const maps = batch.map(({ map }) => map);
  const saliency = await stopwatch.time("object saliency", batch.length, () =>
    budget.use(threads, () => objectSaliencyBatch(maps, model, looking, { signal })),
  );
  const regions = await stopwatch.time("object regions", batch.length, () =>
    budget.use(threads, () => detectRegionsBatch(saliency, parameters.objectRegions, { signal, threads })),
  );
  return batch.map((loaded, i) => ({
    ...loaded,
    saliency: saliency[i] as SaliencyMap,
    regions: regions[i] as Region[],
  }));
}

/** What is kept of an image. */
function recordOf(
  { path, map, regions, saliency }: Analysed,
  { descriptors, uniform }: Parameters,
): { value: PassValue; arrays: Arrays } {
  return {
    value: { path, stamp: path, regions },
    arrays: {
      saliency: saliency.data,
      ...globalVectors(secondPassKinds(descriptors.kinds), map, { regions, saliency }, uniform),
    },
  };
}
