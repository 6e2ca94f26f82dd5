import { checkInteger, checkList, checkNumber, invalid, withDefaults } from "../check.js";
import { type ActivationMap, checkActivationMap, packActivationMaps } from "../features/activation-map.js";
import { callAsync, type RunOptions } from "../native.js";
import { featureSaliencyBatch } from "../saliency/feature-saliency.js";
import { checkSaliencyMap, type SaliencyMap } from "../saliency/saliency-map.js";
import { type ThreadOptions, threadCount } from "../threads.js";
import { checkChannels, checkExcluded, checkRegionModel, type RegionModel } from "./region-model.js";

/** Parameters of object saliency (section 3.8, eq. 14). */
export interface ObjectSaliencyOptions {
  /** Side a of the square around each position whose maximum is looked up, in cells. */
  side: number;
  /** How many nearest regions count; cut to as many as there are. */
  k: number;
  /** Power of the similarity to a region; above 0. */
  beta: number;
  /** Power of the position's own feature saliency; at least 0. */
  Theta: number;
  /** Power of a region's feature saliency; at least 0. */
  theta: number;
}

/** The paper's parameters; side, k and beta, which it does not give, as its other ones suggest. */
export const OBJECT_SALIENCY_PRESETS = {
  PAPER: { side: 5, k: 50, beta: 3, Theta: 2, theta: 3 },
} as const satisfies Record<string, Readonly<ObjectSaliencyOptions>>;

/** What is used where an option is not given; docs/defaults.md says why. */
export const OBJECT_SALIENCY_DEFAULTS: Readonly<ObjectSaliencyOptions> = {
  ...OBJECT_SALIENCY_PRESETS.PAPER,
  side: 9,
  k: 10,
};

/** Options of {@link objectSaliency}. */
interface ImageOptions extends Partial<ObjectSaliencyOptions>, ThreadOptions {
  /** The image's number in `model.owner`: its own regions then do not count. Default: all regions count. */
  excludeOwner?: number | undefined;
  /** The image's feature saliency, where it is at hand. Default: computed. */
  featureSaliency?: SaliencyMap | undefined;
}

/** Options of {@link objectSaliencyBatch}. */
interface BatchOptions extends Partial<ObjectSaliencyOptions>, ThreadOptions {
  /** {@link ImageOptions.excludeOwner} of each map; -1 for none. */
  excludeOwner?: Int32Array | undefined;
  /** {@link ImageOptions.featureSaliency} of each map. */
  featureSaliency?: readonly SaliencyMap[] | undefined;
}

export type { BatchOptions as ObjectSaliencyBatchOptions, ImageOptions as ObjectSaliencyImageOptions };

const OTHER_OPTIONS = ["excludeOwner", "featureSaliency", "threads"] as const;

/**
 * Object saliency (OS) map of an image (section 3.8): high where what is seen resembles salient and central regions of
 * the collection. Each position's patch is described as a region is and looked up among the model's regions (eq. 14).
 * Positions without feature saliency get 0. The image need not be of the collection.
 *
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when the map's channels are not the whitening's, the model has no
 * region or its arrays differ in length, a map is not finite and non-negative, or an option is out of range;
 * `ERR_ABORTED`.
 */
export async function objectSaliency(
  map: ActivationMap,
  model: RegionModel,
  options: ImageOptions = {},
  run: RunOptions = {},
): Promise<SaliencyMap> {
  checkActivationMap(map);
  checkRegionModel(model);
  const { excludeOwner, featureSaliency, ...rest } = options;
  const [saliency] = await objectSaliencyBatch(
    [map],
    model,
    {
      ...rest,
      excludeOwner: Int32Array.of(checkExcluded("excludeOwner", excludeOwner ?? -1, model)),
      featureSaliency: featureSaliency && [featureSaliency],
    },
    run,
  );
  return saliency as SaliencyMap;
}

/**
 * {@link objectSaliency} of many maps: whitening and search of several images' patches are one matrix product each.
 * Memory beside the maps: about 32 MiB of descriptors at a time, and 16 (k + excluded regions) bytes a position of theirs.
 */
export async function objectSaliencyBatch(
  maps: readonly ActivationMap[],
  model: RegionModel,
  options: BatchOptions = {},
  run: RunOptions = {},
): Promise<SaliencyMap[]> {
  const packed = packActivationMaps(maps);
  const { vectors, whitening, saliency, centrality, owner, index } = checkRegionModel(model);
  maps.forEach((map, i) => {
    checkChannels(map, whitening, `maps[${i}]`);
  });
  const { side, k, beta, Theta, theta } = resolve(options);
  const threads = threadCount(options.threads);
  const excluded = excludedOwners(options.excludeOwner, maps.length, model);
  const given = options.featureSaliency && checkFeatureSaliency(options.featureSaliency, maps);
  const own = given ?? (await featureSaliencyBatch(maps, {}, { signal: run.signal, threads }));

  const out = maps.map(({ height, width }) => ({ data: new Float32Array(height * width), height, width }));
  await callAsync(run, (native, control) =>
    native.objectSaliency(
      packed.maps,
      packed.shapes,
      own.map(({ data }) => data),
      excluded,
      whitening.mean,
      whitening.projection.data,
      whitening.channels,
      whitening.dimensions,
      vectors.data,
      vectors.rows,
      saliency,
      centrality,
      owner,
      side,
      k,
      beta,
      Theta,
      theta,
      out.map(({ data }) => data),
      threads,
      index?.native,
      control,
    ),
  );
  return out;
}

function resolve(options: BatchOptions): ObjectSaliencyOptions {
  const o = withDefaults("objectSaliency options", options, OBJECT_SALIENCY_DEFAULTS, OTHER_OPTIONS);
  return {
    side: checkInteger("side", o.side, { min: 1 }),
    k: checkInteger("k", o.k, { min: 1 }),
    beta: checkNumber("beta", o.beta, { above: 0 }),
    Theta: checkNumber("Theta", o.Theta, { min: 0 }),
    theta: checkNumber("theta", o.theta, { min: 0 }),
  };
}

function excludedOwners(owners: Int32Array | undefined, count: number, model: RegionModel): Int32Array {
  if (owners === undefined) return new Int32Array(count).fill(-1);
  if (!(owners instanceof Int32Array) || owners.length !== count) {
    throw invalid("excludeOwner", `an Int32Array of ${count} values, one a map`, owners);
  }
  owners.forEach((owner, i) => checkExcluded(`excludeOwner[${i}]`, owner, model));
  return owners;
}

function checkFeatureSaliency(given: readonly SaliencyMap[], maps: readonly ActivationMap[]): readonly SaliencyMap[] {
  if (checkList("featureSaliency", given).length !== maps.length) {
    throw invalid("featureSaliency", `${maps.length} maps, one an activation map`, given);
  }
  maps.forEach(({ height, width }, i) => {
    const name = `featureSaliency[${i}]`;
    const saliency = checkSaliencyMap(given[i] as SaliencyMap, name);
    if (saliency.height !== height || saliency.width !== width) {
      throw invalid(
        name,
        `${height} x ${width} cells, as its activation map`,
        `${saliency.height} x ${saliency.width}`,
      );
    }
  });
  return given;
}
