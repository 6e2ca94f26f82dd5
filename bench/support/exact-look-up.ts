/** How near object saliency with an index comes to what exact search gives. */
import {
  type ActivationMap,
  nearestNeighbours,
  nearestRegions,
  patchDescriptors,
  type RegionModel,
  type SaliencyMap,
} from "../../lib/index.js";

/** Share of a map's largest F̂^Theta that a position needs to count. */
const COUNTS = 0.01;

export interface LookUp {
  k: number;
  side: number;
  Theta: number;
  threads: number;
  /** The map's number in `owner`, or -1. */
  excludeOwner: number;
}

/** Of the positions of a map that count: how many of their k true neighbours an indexed model finds, and of how many. */
export async function found(
  map: ActivationMap,
  feature: SaliencyMap,
  model: RegionModel,
  { k, side, Theta, threads, excludeOwner }: LookUp,
): Promise<[number, number]> {
  const least = COUNTS * Math.max(...feature.data) ** Theta;
  const cells = [...feature.data.keys()]
    .filter((p) => (feature.data[p] as number) ** Theta > least)
    .map((p) => ({ x: p % map.width, y: Math.floor(p / map.width) }));
  const patches = patchDescriptors(map, model.whitening, cells, side);
  const own = model.owner?.filter((owner) => owner === excludeOwner).length ?? 0;
  const truth = await nearestNeighbours(patches, model.vectors, { k: k + own, method: "exact", threads });
  const { ids } = await nearestRegions(map, cells, model, { k, side, excludeOwner, threads });
  let hits = 0;
  cells.forEach((_, row) => {
    const near = [...truth.ids.subarray(row * truth.k, (row + 1) * truth.k)].filter(
      (id) => model.owner?.[id] !== excludeOwner,
    );
    const ours = new Set(ids.subarray(row * k, (row + 1) * k));
    hits += near.slice(0, k).filter((id) => ours.has(id)).length;
  });
  return [hits, cells.length * k];
}

/** Pearson's. */
export function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    const [x, y] = [value - ma, (b[i] as number) - mb];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  });
  return ab / Math.sqrt(aa * bb);
}
