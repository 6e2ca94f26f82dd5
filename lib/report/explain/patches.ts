import { poolRegions } from "../../descriptors/pooling.js";
import type { ActivationMap } from "../../features/activation-map.js";
import { nearestNeighbours, type Neighbours } from "../../graph/neighbours.js";
import type { RunOptions } from "../../native.js";
import { nearestRegions } from "../../object-saliency/nearest-regions.js";
import type { ObjectSaliencyOptions } from "../../object-saliency/object-saliency.js";
import type { RegionModel } from "../../object-saliency/region-model.js";
import type { Rectangle } from "../../regions/region.js";
import type { SaliencyMap } from "../../saliency/saliency-map.js";

/** A part of a map that is looked up in the collection as object saliency does it (eq. 14). */
export interface Look {
  /** Cells whose maximum is looked up. */
  readonly rectangle: Rectangle;
  /** The position p that the patch belongs to; absent for a box. */
  readonly at?: { readonly x: number; readonly y: number } | undefined;
  /** Why it is looked at, as a reader is told. */
  readonly why: string;
}

/** A region of the collection near a patch, and its term of the sum of eq. 14. */
export interface NearRegion {
  readonly region: number;
  /** Whether it is of the image that is explained. */
  readonly own: boolean;
  /** v_i · u_p. */
  readonly similarity: number;
  /** f_i. */
  readonly saliency: number;
  /** g_i. */
  readonly centrality: number;
  /** max(v_i · u_p, 0)^beta f_i^theta g_i. */
  readonly term: number;
}

export interface ExplainedLook extends Look {
  /** Nearest first, k of them. */
  readonly near: readonly NearRegion[];
  /** Sum of their terms: what object saliency multiplies F^Theta with. */
  readonly sum: number;
}

/**
 * Looks patches and boxes up among the regions of a collection: a patch exactly as object saliency does, with `image`'s
 * own regions left out where `excludeOwn` says so; a box among all regions.
 */
export async function explainLooks(
  map: ActivationMap,
  looks: readonly Look[],
  model: RegionModel,
  options: ObjectSaliencyOptions,
  { image, excludeOwn }: { image: number; excludeOwn: boolean },
  run: RunOptions = {},
): Promise<ExplainedLook[]> {
  const { side, k, beta, theta } = options;
  const explain = (look: Look, { ids, similarities }: Pick<Neighbours, "ids" | "similarities">): ExplainedLook => {
    const near = Array.from(ids, (region, j): NearRegion => {
      const similarity = similarities[j] as number;
      const saliency = model.saliency[region] as number;
      const centrality = model.centrality[region] as number;
      const term = Math.max(similarity, 0) ** beta * saliency ** theta * centrality;
      return { region, own: model.owner?.[region] === image, similarity, saliency, centrality, term };
    });
    return { ...look, near, sum: near.reduce((sum, { term }) => sum + term, 0) };
  };
  return Promise.all(
    looks.map(async (look) => {
      if (look.at) {
        const excluded = excludeOwn ? { excludeOwner: image } : {};
        return explain(look, await nearestRegions(map, [look.at], model, { side, k, ...excluded }, run));
      }
      const descriptor = model.whitening.apply(poolRegions(map, [look.rectangle]));
      return explain(look, await nearestNeighbours(descriptor, model.vectors, { k, method: "exact" }, run));
    }),
  );
}

/** The square of `side` cells around a position, clipped at the border, as object saliency takes it. */
export function patchAround(
  { x, y }: { x: number; y: number },
  side: number,
  { width, height }: { width: number; height: number },
): Rectangle {
  const before = Math.floor(side / 2);
  return {
    x0: Math.max(0, x - before),
    y0: Math.max(0, y - before),
    x1: Math.min(width, x - before + side),
    y1: Math.min(height, y - before + side),
  };
}

/** Where to look when nobody says: the peak of object saliency, and what it has dropped most of feature saliency. */
export function telling(feature: SaliencyMap, object: SaliencyMap, side: number): Look[] {
  const f = relative(feature);
  const o = relative(object);
  const kept = peak(o);
  const dropped = peak(f.map((value, p) => value - (o[p] as number)));
  const look = (p: number, why: string): Look => {
    const at = { x: p % feature.width, y: Math.floor(p / feature.width) };
    return { at, rectangle: patchAround(at, side, feature), why };
  };
  const peaks = [look(kept, "the peak of object saliency")];
  if (dropped !== kept) peaks.push(look(dropped, "what object saliency drops most of feature saliency"));
  return peaks;
}

function relative({ data }: SaliencyMap): Float32Array {
  const maximum = data.reduce((max, value) => Math.max(max, value), 0);
  return maximum > 0 ? data.map((value) => value / maximum) : data;
}

function peak(values: Float32Array): number {
  return values.reduce((best, value, p) => (value > (values[best] as number) ? p : best), 0);
}
