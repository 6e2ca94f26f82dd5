/** The stages of `discover` that take all regions of a collection together, run by themselves on generated ones. */
import {
  type ActivationMap,
  detectRegionsBatch,
  DISCOVER_DEFAULTS,
  EGM_DEFAULTS,
  featureSaliencyBatch,
  findObjects,
  type GivenMap,
  type GraphOptions,
  indexRegions,
  type Matrix,
  objectSaliencyBatch,
  type RegionModel,
  poolRegionsBatch,
  RegionGraph,
  Whitening,
} from "../../lib/index.js";
import { Random } from "../../lib/evaluation/scenes/random.js";
import { drawGains, overlaidMaps } from "./photo-maps.js";
import type { StageWatch } from "./stage-watch.js";

/** Maps that are analysed together, and more regions than an image has on average. */
const [TOGETHER, REGIONS] = [32, 16];
/** As in a collection that is too large for exact search: the graph, and the index that patches are looked up in. */
const SEARCH = { ...DISCOVER_DEFAULTS.graph, method: "quantised" } as const;
const INDEX = { method: "clustered", seed: DISCOVER_DEFAULTS.graph.seed } as const;

/** All regions of a collection, before whitening: their vectors, feature saliency, and images. */
export interface Regions {
  vectors: Matrix;
  saliency: Float32Array;
  owner: Int32Array;
}

/**
 * The regions of so many generated maps of 24 × 32 cells; the maps are not kept.
 *
 * @param times Each map stands for so many, all but the first with gains drawn anew (see {@link overlaidMaps}): maxima
 *   over regions follow gains, so that their maps need not be made.
 */
export async function generatedRegions(photos: readonly ActivationMap[], images: number, times = 1): Promise<Regions> {
  const columns = (photos[0] as ActivationMap).channels;
  // What is never written takes no memory.
  const data = new Float32Array(times * images * REGIONS * columns);
  const [saliency, owner]: [number[], number[]] = [[], []];
  const gains: Float32Array[] = [];
  async function* noted() {
    for await (const made of overlaidMaps(photos, images, 24, 32)) {
      gains.push(made.gains);
      yield made;
    }
  }
  let image = 0;
  for await (const maps of batches(noted())) {
    const found = await detectRegionsBatch(await featureSaliencyBatch(maps), EGM_DEFAULTS.featureSaliency);
    data.set((await poolRegionsBatch(maps, found)).data, owner.length * columns);
    for (const regions of found) {
      saliency.push(...regions.map((region) => region.saliency));
      owner.push(...regions.map(() => image));
      image++;
    }
  }
  const random = new Random("further gains");
  const [first, salient] = [[...owner], [...saliency]];
  for (let time = 1; time < times; time++) {
    let [shown, factors] = [-1, new Float32Array()];
    first.forEach((own, row) => {
      if (own !== shown) {
        shown = own;
        factors = drawGains(random, columns).map((gain, j) => gain / (gains[own]?.[j] as number));
      }
      const [from, to] = [row * columns, owner.length * columns];
      for (let j = 0; j < columns; j++) data[to + j] = (data[from + j] as number) * (factors[j] as number);
      saliency.push(salient[row] as number);
      owner.push(own + time * images);
    });
  }
  const rows = owner.length;
  return {
    vectors: { data: data.subarray(0, rows * columns), rows, columns },
    saliency: Float32Array.from(saliency),
    owner: Int32Array.from(owner),
  };
}

/** What `discover` knows of a collection's regions, and the graph that it knows it by. */
export interface Related {
  model: RegionModel & { owner: Int32Array };
  graph: RegionGraph;
}

/**
 * Relates regions of which there are too many for exact search as `discover` does.
 *
 * @param search How the graph's neighbours are found, where not as there.
 */
export async function relatedRegions(
  { vectors: raw, saliency, owner }: Regions,
  threads: number,
  watch: StageWatch,
  search: Partial<GraphOptions> = {},
): Promise<Related> {
  const [whitening, vectors] = await watch.time("whitening", async () => {
    const fitted = await Whitening.fit(raw, { threads });
    return [fitted, await fitted.applyBatch(raw, { threads })] as const;
  });
  const graph = await watch.time("graph", () => RegionGraph.build(vectors, { ...SEARCH, ...search, threads }));
  const centrality = await watch.time("centrality", async () => {
    const recurring = await graph.acrossImages({ owner, saliency }, { threads });
    return recurring.centrality({ threads });
  });
  return { model: { vectors, saliency, centrality, whitening, owner }, graph };
}

/** Relates regions to one another, and groups and indexes them, as `discover` does. */
export async function relate(regions: Regions, threads: number, watch: StageWatch): Promise<RegionModel> {
  const related = await relatedRegions(regions, threads, watch);
  await grouped(related, watch);
  const { k } = DISCOVER_DEFAULTS.objectSaliency;
  return watch.time("region index", () => indexed(related.model, k, threads));
}

/** Groups regions into objects. */
export async function grouped({ model, graph: { adjacency } }: Related, watch: StageWatch): Promise<void> {
  await watch.time("objects", () => findObjects({ adjacency, ...model }, { beta: SEARCH.beta }));
}

/** With an index for so many neighbours. */
export function indexed(model: RegionModel, k: number, threads: number): Promise<RegionModel> {
  return indexRegions(model, { positions: 0, ...INDEX, k, threads });
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
