import { type GlobalDescriptor, globalVector } from "../descriptors/global.js";
import type { ActivationMap } from "../features/activation-map.js";

/** The method beside the kinds of global descriptors that a collection holds. */
export const REGIONS = "regions";

/** Kinds that the activation map alone gives: a query is pooled as the collection's images were. */
const OF_THE_MAP: readonly GlobalDescriptor[] = ["MAC", "R-MAC", "GeM", "SPoC", "CroW"];

/** The kind by which a query is pooled when images of `kind` are searched; where nothing else is said, MAC (section 4.4). */
export function queryPooling(kind: string): GlobalDescriptor {
  return OF_THE_MAP.find((name) => name === kind) ?? "MAC";
}

/**
 * The vector of a query, before whitening (section 4.4): regions are detected on the collection's images only, a query
 * is its box, pooled whole (MAC) where the collection's images are sums over detected regions.
 *
 * @param map Of the query's box alone. @param kind A kind of global descriptor of the collection, or `regions`.
 * @returns (c).
 */
export function poolQuery(map: ActivationMap, kind: string, options: { wholeMap?: boolean } = {}): Float32Array {
  return globalVector(queryPooling(kind), map, {}, options);
}
