import type { ObjectSaliencyOptions } from "../../object-saliency/object-saliency.js";
import type { EgmTrace } from "../../regions/detect.js";
import type { SaliencyMap } from "../../saliency/saliency-map.js";
import type { Box, MapKind } from "../model.js";
import type { ChannelFact } from "./channels.js";
import type { ExplainedLook } from "./patches.js";

/** Why one image has the maps and regions that it has. */
export interface Explanation {
  readonly image: { readonly path: string; readonly width: number; readonly height: number };
  readonly maps: Readonly<Record<MapKind, SaliencyMap>>;
  readonly traces: Readonly<Record<MapKind, EgmTrace>>;
  readonly objectSaliency: ObjectSaliencyOptions;
  /** Channels that make up the image's feature saliency. */
  readonly channels: readonly ChannelFact[];
  readonly looks: readonly (ExplainedLook & { readonly channels: readonly ChannelFact[] })[];
  /** What a reader should know first, such as that the collection's maps differ. */
  readonly notes: readonly string[];
}

/** A region of the collection, to be shown. */
export interface ShownRegion {
  readonly path: string;
  readonly box: Box;
  /** What it shows, as a JPEG; absent when its photo is gone. */
  readonly crop?: Buffer | undefined;
}

/** Pictures of an explanation's page. */
export interface ExplanationPictures {
  /** The photo as JPEG; absent when it is gone. */
  readonly photo?: Buffer | undefined;
  /** Both heat maps as WebP. */
  readonly heat: Readonly<Record<MapKind, Buffer>>;
  /** What each look looks at, as JPEG. */
  readonly looks: readonly (Buffer | undefined)[];
  /** Regions by their number. */
  readonly regions: ReadonlyMap<number, ShownRegion>;
}

/** How many of a patch's nearest regions are shown. */
export const NEAR_SHOWN = 12;
/** How many channels are listed. */
export const CHANNELS_SHOWN = 8;
