import {
  type ActivationMapSetOptions,
  type DescriptorSet,
  type Discovery,
  discoverMaps,
  type DiscoverMapsOptions,
  type GeneratedMap,
  generateActivationMaps,
  measureRankings,
  poolRegions,
  RetrievalIndex,
  saliencyPrecision,
} from "../../lib/index.js";

export interface DirectFormResult {
  /** Mean share of a map that its object covers. */
  area: number;
  /** Mean saliency precision of the feature and the object saliency maps. */
  precision: { FS: number; OS: number };
  /** Mean number of regions detected in a map of either kind. */
  regions: { FS: number; OS: number };
  /** mAP of each global descriptor, by plain search and with diffusion. */
  methods: Record<Kind, { plain: number; diffusion: number }>;
}

/** Table 1, and regions weighed by their saliency. */
export const KINDS = ["MAC", "R-MAC", "FS.EGM", "OS.EGM", "OS.EGM-Delta", "OS.wEGM"] as const;
type Kind = (typeof KINDS)[number];

/**
 * Discovers over made activation maps and searches them for their objects: each query is the object's box, cut out of a
 * further map that the collection does not hold, pooled and whitened as the descriptors are (section 4.1).
 *
 * @param set needs `images` and `objects`; the maps of the queries come on top.
 */
export async function measureDirectForm(
  set: Partial<ActivationMapSetOptions> & { images: number; objects: number },
  queries: number,
  discovery: DiscoverMapsOptions,
  k: number,
): Promise<DirectFormResult> {
  const all = [...generateActivationMaps({ ...set, images: set.images + queries })];
  const [maps, asked] = [all.slice(0, set.images), all.slice(set.images)];
  const descriptors = { ...discovery.descriptors, kinds: [...KINDS] };
  const found = await discoverMaps(maps, { ...discovery, descriptors });

  const relevances = asked.map((query) => ({
    positive: [...maps.keys()].filter((i) => shown(maps[i]) === shown(query)),
  }));
  const methods: Partial<DirectFormResult["methods"]> = {};
  for (const kind of KINDS) {
    const { vectors, mean } = found.descriptors[kind] as DescriptorSet;
    const whitening = found.whitening.withMean(mean);
    const index = await RetrievalIndex.build(vectors, { k });
    const mAP = async (expand: "none" | "diffusion") => {
      const rankings: Int32Array[] = [];
      for (const { map, objects } of asked) {
        const query = whitening.apply(
          poolRegions(
            map,
            objects.map(({ box }) => box),
          ),
        );
        rankings.push((await index.search(query, { top: maps.length, expand })).ids);
      }
      return measureRankings(rankings, relevances).mAP;
    };
    methods[kind] = { plain: await mAP("none"), diffusion: await mAP("diffusion") };
  }
  return {
    area: average(maps, ({ map, objects }) => areaOf(objects) / (map.width * map.height)),
    precision: {
      FS: average(maps, (map, i) => precision(found.images[i]?.featureSaliency, map)),
      OS: average(maps, (map, i) => precision(found.images[i]?.objectSaliency, map)),
    },
    regions: {
      FS: average(found.images, ({ featureRegions }) => featureRegions.length),
      OS: average(found.images, ({ objectRegions }) => objectRegions.length),
    },
    methods: methods as DirectFormResult["methods"],
  };
}

const shown = (map: GeneratedMap | undefined) => map?.objects[0]?.object;

function precision(
  saliency: Discovery["images"][number]["featureSaliency"] | undefined,
  { map, objects }: GeneratedMap,
) {
  const boxes = objects.map(({ box: { x0, y0, x1, y1 } }) => ({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 }));
  return saliencyPrecision(saliency as typeof map & typeof saliency, boxes, map);
}

function areaOf(objects: GeneratedMap["objects"]): number {
  return objects.reduce((sum, { box }) => sum + (box.x1 - box.x0) * (box.y1 - box.y0), 0);
}

function average<T>(items: readonly T[], value: (item: T, index: number) => number): number {
  return items.reduce((sum, item, i) => sum + value(item, i), 0) / items.length;
}
