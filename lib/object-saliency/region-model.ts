import { checkArray, checkObject, invalid } from "../check.js";
import { checkMatrix, type Matrix } from "../descriptors/matrix.js";
import { Whitening } from "../descriptors/whitening.js";
import type { ActivationMap } from "../features/activation-map.js";
import type { NeighbourIndex } from "../graph/neighbour-index.js";

/** What a collection knows of its regions: enough to say of any image, of the collection or not, what recurs in it. */
export interface RegionModel {
  /** V (n, d): the regions' vectors, whitened; n at least 1. */
  readonly vectors: Matrix;
  /** f (n): mean feature saliency of each region (eq. 9). */
  readonly saliency: Float32Array;
  /** g (n): centrality of each region in the graph (eq. 13). */
  readonly centrality: Float32Array;
  /** w: what made `vectors` of pooled activations, from c channels to d. */
  readonly whitening: Whitening;
  /** (n): the image that each region is of, to leave an image's own regions out. */
  readonly owner?: Int32Array | undefined;
  /** Over `vectors`, where they are too many to search exactly: see `indexRegions`. */
  readonly index?: NeighbourIndex | undefined;
}

/** Checks types and shapes; that the values are finite is checked natively, before they are used. */
export function checkRegionModel(model: RegionModel): RegionModel {
  checkObject("model", model);
  const { rows, columns } = checkMatrix(model.vectors, "model.vectors");
  if (rows < 1) throw invalid("model.vectors", "at least one region", "none");
  if (!(model.whitening instanceof Whitening)) throw invalid("model.whitening", "a Whitening", model.whitening);
  if (columns !== model.whitening.dimensions) {
    throw invalid("model.vectors.columns", `${model.whitening.dimensions}, the whitening's dimensions`, columns);
  }
  checkArray("model.saliency", model.saliency, Float32Array, rows);
  checkArray("model.centrality", model.centrality, Float32Array, rows);
  if (model.owner !== undefined) checkArray("model.owner", model.owner, Int32Array, rows);
  if (model.index !== undefined && model.index.vectors?.data !== model.vectors.data) {
    throw invalid("model.index", "a NeighbourIndex over model.vectors", model.index);
  }
  return model;
}

/** Checks that a map has the channels that a whitening takes. */
export function checkChannels(map: ActivationMap, whitening: Whitening, name = "map"): void {
  if (map.channels !== whitening.channels) {
    throw invalid(`${name}.channels`, `${whitening.channels}, the channels that the whitening takes`, map.channels);
  }
}

/** Checks an owner whose regions are to be left out. */
export function checkExcluded(name: string, owner: unknown, model: RegionModel): number {
  if (!Number.isInteger(owner) || (owner as number) < -1) throw invalid(name, "an image's number, or -1", owner);
  if (owner !== -1 && model.owner === undefined) {
    throw invalid(name, "left out, since model.owner does not say which image each region is of", owner);
  }
  return owner as number;
}
