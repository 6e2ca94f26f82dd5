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
const [TOGETHER, REGIONS] = [16, 16];
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

/** Relates regions to one another, as `discover` does where there are too many for exact search. */
export async function relate(
  { vectors: raw, saliency, owner }: Regions,
  threads: number,
  watch: StageWatch,
): Promise<RegionModel> {
  const [whitening, vectors] = await watch.time("whitening", async () => {
    const fitted = await Whitening.fit(raw, { threads });
    return [fitted, await fitted.applyBatch(raw, { threads })] as const;
  });
  const graph = await watch.time("graph", () => RegionGraph.build(vectors, { ...SEARCH, threads }));
  const centrality = await watch.time("centrality", () => graph.centrality({ threads }));
  await watch.time("objects", () =>
    findObjects({ adjacency: graph.adjacency, vectors, owner, centrality, saliency }, { beta: SEARCH.beta }),
  );
  const { method, seed } = SEARCH;
  const { k } = DISCOVER_DEFAULTS.objectSaliency;
  const model = { vectors, saliency, centrality, whitening, owner };
  const options = { positions: 0, method, seed, k, threads };
  return watch.time("region index", () => indexRegions(model, options));
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

async function* batches(maps: AsyncIterable<GivenMap>): AsyncGenerator<ActivationMap[]> {
  let batch: ActivationMap[] = [];
  for await (const { map } of maps) {
    if (batch.push(map) < TOGETHER) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
