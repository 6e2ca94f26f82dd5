/** The stages of `discover` that take all regions of a collection together, run by themselves on generated ones. */
import {
  type ActivationMap,
  detectRegionsBatch,
  DISCOVER_DEFAULTS,
  EGM_DEFAULTS,
  featureSaliencyBatch,
  findObjects,
  type GivenMap,
  indexRegions,
  type Matrix,
  objectSaliencyBatch,
  type RegionModel,
  poolRegionsBatch,
  RegionGraph,
  Whitening,
} from "../../lib/index.js";
import { overlaidMaps } from "./photo-maps.js";
import type { StageWatch } from "./stage-watch.js";

/** Maps that are analysed together, and more regions than an image has on average. */
const [TOGETHER, REGIONS] = [32, 16];
/** As in a collection that is too large for exact search. */
const SEARCH = { ...DISCOVER_DEFAULTS.graph, method: "clustered" } as const;

/** All regions of a collection, before whitening: their vectors, feature saliency, and images. */
export interface Regions {
  vectors: Matrix;
  saliency: Float32Array;
  owner: Int32Array;
}

/** The regions of so many generated maps of 24 × 32 cells; the maps are not kept. */
export async function generatedRegions(photos: readonly ActivationMap[], images: number): Promise<Regions> {
  const columns = (photos[0] as ActivationMap).channels;
  // What is never written takes no memory.
  const data = new Float32Array(images * REGIONS * columns);
  const [saliency, owner]: [number[], number[]] = [[], []];
  let image = 0;
  for await (const maps of batches(overlaidMaps(photos, images, 24, 32))) {
    const found = await detectRegionsBatch(await featureSaliencyBatch(maps), EGM_DEFAULTS.featureSaliency);
    data.set((await poolRegionsBatch(maps, found)).data, owner.length * columns);
    for (const regions of found) {
      saliency.push(...regions.map((region) => region.saliency));
      owner.push(...regions.map(() => image));
      image++;
    }
  }
  const rows = owner.length;
  return {
    vectors: { data: data.subarray(0, rows * columns), rows, columns },
    saliency: Float32Array.from(saliency),
    owner: Int32Array.from(owner),
  };
}

/** What `discover` knows of regions of which there are too many for exact search, and the graph that it knows it by. */
export async function relatedRegions(
  { vectors: raw, saliency, owner }: Regions,
  threads: number,
  watch: StageWatch,
): Promise<{ model: RegionModel & { owner: Int32Array }; graph: RegionGraph }> {
  const [whitening, vectors] = await watch.time("whitening", async () => {
    const fitted = await Whitening.fit(raw, { threads });
    return [fitted, await fitted.applyBatch(raw, { threads })] as const;
  });
  const graph = await watch.time("graph", () => RegionGraph.build(vectors, { ...SEARCH, threads }));
  const centrality = await watch.time("centrality", () => graph.centrality({ threads }));
  return { model: { vectors, saliency, centrality, whitening, owner }, graph };
}

/** Relates regions to one another, and groups and indexes them, as `discover` does. */
export async function relate(regions: Regions, threads: number, watch: StageWatch): Promise<RegionModel> {
  const { model, graph } = await relatedRegions(regions, threads, watch);
  await watch.time("objects", () => findObjects({ adjacency: graph.adjacency, ...model }, { beta: SEARCH.beta }));
  const { k } = DISCOVER_DEFAULTS.objectSaliency;
  return watch.time("region index", () => indexed(model, k, threads));
}

/** With an index for so many neighbours. */
export function indexed(model: RegionModel, k: number, threads: number): Promise<RegionModel> {
  const { method, seed } = SEARCH;
  return indexRegions(model, { positions: 0, method, seed, k, threads });
}

/**
 * Object saliency of maps that are none of the model's images.
 *
 * @param timed Runs what counts: making maps and their feature saliency does not.
 */
export async function lookUp(
  maps: AsyncIterable<GivenMap>,
  model: RegionModel,
  threads: number,
  timed: (body: () => Promise<unknown>) => Promise<unknown>,
): Promise<void> {
  for await (const batch of batches(maps)) {
    const featureSaliency = await featureSaliencyBatch(batch);
    await timed(() => objectSaliencyBatch(batch, model, { featureSaliency, threads }));
  }
}

/** Maps, some at a time. */
export async function* batches(maps: AsyncIterable<GivenMap>): AsyncGenerator<ActivationMap[]> {
  let batch: ActivationMap[] = [];
  for await (const { map } of maps) {
    if (batch.push(map) < TOGETHER) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
