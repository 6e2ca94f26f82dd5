import type { Collection } from "../../collection/collection.js";
import type { ImageRecord } from "../../collection/schema.js";
import type { ActivationMap } from "../../features/activation-map.js";
import type { RunOptions } from "../../native.js";
import { OBJECT_SALIENCY_DEFAULTS, objectSaliency } from "../../object-saliency/object-saliency.js";
import { traceRegions } from "../../regions/detect.js";
import { EGM_DEFAULTS } from "../../regions/egm-options.js";
import { FEATURE_SALIENCY_DEFAULTS, featureSaliency } from "../../saliency/feature-saliency.js";
import type { SaliencyMap } from "../../saliency/saliency-map.js";
import type { ThreadOptions } from "../../threads.js";
import { channelFacts } from "./channels.js";
import { CHANNELS_SHOWN, type Explanation } from "./explanation.js";
import { explainLooks, type Look, patchAround, telling } from "./patches.js";

/** What a caller wants looked up: the patch at a cell, or cells as a whole. */
export type Wanted = Pick<Look, "why"> & (Required<Pick<Look, "at">> | Pick<Look, "rectangle">);

/** Goes the way of one image again, with the collection's parameters, and keeps what is otherwise thrown away. */
export async function explain(
  collection: Collection,
  index: number,
  map: ActivationMap,
  wanted: readonly Wanted[],
  threads: ThreadOptions,
  run: RunOptions,
): Promise<Explanation> {
  const { path, width, height } = collection.images[index] as ImageRecord;
  const { parameters } = collection.manifest;
  const options = chosen(parameters.objectSaliency, OBJECT_SALIENCY_DEFAULTS);
  const { excludeOwn } = chosen(parameters.objectSaliency, { excludeOwn: false });
  const model = await collection.regionModel(run);

  const feature = featureSaliency(map, chosen(parameters.featureSaliency, FEATURE_SALIENCY_DEFAULTS));
  const given = { ...options, ...threads, excludeOwner: excludeOwn ? index : undefined, featureSaliency: feature };
  const object = await objectSaliency(map, model, given, { signal: run.signal });

  const looks = wanted.map((look) => complete(look, options.side, map));
  const asked = looks.length > 0 ? looks : telling(feature, object, options.side);
  const explained = await explainLooks(
    map,
    asked,
    model,
    options,
    { image: index, excludeOwn },
    { signal: run.signal },
  );
  return {
    image: { path, width, height },
    maps: { feature, object },
    traces: {
      feature: traceRegions(feature, chosen(parameters.featureRegions, EGM_DEFAULTS.featureSaliency)),
      object: traceRegions(object, chosen(parameters.objectRegions, EGM_DEFAULTS.objectSaliency)),
    },
    objectSaliency: options,
    channels: channelFacts(map, { x0: 0, y0: 0, x1: map.width, y1: map.height }, CHANNELS_SHOWN),
    looks: explained.map((look) => ({ ...look, channels: channelFacts(map, look.rectangle, CHANNELS_SHOWN) })),
    notes: await differences(collection, index, feature, object),
  };
}

function complete(look: Wanted, side: number, map: ActivationMap): Look {
  return "rectangle" in look
    ? look
    : { ...look, rectangle: patchAround(look.at as { x: number; y: number }, side, map) };
}

/** The recorded options among those that a stage knows; what is not recorded is its default. */
function chosen<T extends object>(recorded: unknown, defaults: T): T {
  const values = (typeof recorded === "object" && recorded !== null ? recorded : {}) as Partial<T>;
  const known = Object.keys(defaults) as (keyof T)[];
  return known.reduce((result, key) => ({ ...result, [key]: values[key] ?? defaults[key] }), defaults);
}

/** Float32 sums taken in another order agree to about this, relative to the map's maximum. */
const ROUNDING = 1e-3;

async function differences(
  collection: Collection,
  index: number,
  feature: SaliencyMap,
  object: SaliencyMap,
): Promise<string[]> {
  const stored = [await collection.featureSaliency(index), await collection.objectSaliency(index)];
  return [feature, object].flatMap((map, i) => {
    const largest = map.data.reduce((max, value) => Math.max(max, value), 0);
    const before = (stored[i] as SaliencyMap).data;
    const apart = map.data.reduce((max, value, p) => Math.max(max, Math.abs(value - (before[p] as number))), 0);
    if (apart <= ROUNDING * largest) return [];
    const name = i === 0 ? "Feature" : "Object";
    const share = Math.round((100 * apart) / Math.max(largest, Number.MIN_VALUE));
    return [`${name} saliency as computed now differs from the collection's by up to ${share} % of its maximum.`];
  });
}
