import { rm } from "node:fs/promises";
import { join } from "node:path";
import { checkList, checkNumber, checkString, invalid } from "../../check.js";
import { onDisk } from "../../collection/disk.js";
import { discover } from "../../discovery/discover.js";
import { listImages } from "../../discovery/list-images.js";
import { PACKING } from "../../discovery/packed-map.js";
import {
  DISCOVER_DEFAULTS,
  type DiscoverPreset,
  type ParameterOptions,
  resolveParameters,
} from "../../discovery/parameters.js";
import { rehearse } from "../../discovery/rehearse.js";
import { folderSource } from "../../discovery/source.js";
import { noImage } from "../../discovery/survey.js";
import { keyOf } from "../../discovery/workspace.js";
import { throwIfAborted } from "../../errors.js";
import type { GroundTruth } from "../../evaluation/ground-truth/ground-truth.js";
import type { Protocol } from "../../evaluation/ground-truth/protocols.js";
import { ActivationExtractor, type ExtractorOptions } from "../../features/activation-extractor.js";
import { IMAGE_DEFAULTS } from "../../features/image.js";
import type { RunOptions } from "../../native.js";
import { type ThreadOptions, threadCount } from "../../threads.js";
import { evaluate } from "../evaluate.js";
import type { Evaluation } from "../evaluation.js";
import type { EvaluateOptions } from "../options.js";
import { QueryFiles } from "../query-files.js";
import { KeptMaps } from "./kept-maps.js";
import { QueryMaps } from "./query-maps.js";

/** A parameter of discovery that is a number: its group and its name there, as in `["objectRegions", "tau"]`. */
export type SweptParameter = readonly [group: string, key: string];

/** What {@link sweep} varies, and what it measures. */
export interface SweepOptions extends ThreadOptions {
  /** The parameter that is varied. */
  parameter: SweptParameter;
  /** The values that it takes, in turn; at least one. */
  values: readonly number[];
  protocol: Protocol;
  truth: GroundTruth;
  /** Folder for the activation maps, which stay for the next sweep over the same photos. */
  out: string;
  /** Where the other parameters start from. Default: `default`. */
  preset?: DiscoverPreset | undefined;
  /** The other parameters, where they are not the preset's. */
  parameters?: ParameterOptions | undefined;
  /** What is measured; of the methods only global descriptors are made that are asked for. */
  evaluation?: Partial<EvaluateOptions> | undefined;
  /** How activation maps are made of images. */
  extractor?: Partial<Omit<ExtractorOptions, "threads">> | undefined;
}

/** What was measured at one value. */
export interface SweepPoint {
  readonly value: number;
  readonly evaluation: Evaluation;
}

/** One parameter's effect on everything that an evaluation measures. */
export interface Sweep {
  readonly parameter: SweptParameter;
  /** In the order of the values. */
  readonly points: readonly SweepPoint[];
}

/**
 * Measures what a parameter of the method does (section 4.2, Figures 5 to 7): discovers with each of its values and
 * evaluates against ground truth, all over activation maps that are extracted once and kept in `out`.
 *
 * @param photos A folder, searched with all folders in it for images.
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` for a parameter that is no number of discovery, or a value out of its
 *   range; what `discover` and `evaluate` throw.
 */
export async function sweep(
  photos: string,
  options: SweepOptions,
  { signal, onProgress }: RunOptions = {},
): Promise<Sweep> {
  const out = checkString("out", options.out);
  const { truth, protocol, extractor: extraction, evaluation } = options;
  const values = checkList("values", options.values).map((value, i) => checkNumber(`values[${i}]`, value));
  if (values.length === 0) throw invalid("values", "at least one number", options.values);
  const runs = values.map((value) => parametersWith(options, value));
  for (const parameters of runs) await rehearse(parameters);
  const threads = threadCount(options.threads);
  /** The maps are one part of the work, each value another. */
  const done = (parts: number) => onProgress?.(parts / (values.length + 1));

  const listing = await listImages(photos, { except: out, signal });
  if (listing.images.length === 0) throw noImage({ folder: photos, ...listing });
  await using extractor = await ActivationExtractor.open({ ...extraction, threads }, { signal });
  const source = folderSource(photos, listing, extractor);
  await using maps = await KeptMaps.open(out, keyOf(PACKING, source.model, { ...IMAGE_DEFAULTS, ...extraction }));
  await maps.fill(source, 2 * threads, { signal, onProgress: done });
  if (maps.paths.length === 0) throw noImage(source);

  const points: SweepPoint[] = [];
  let queries: QueryMaps | undefined;
  for (const [i, parameters] of runs.entries()) {
    throwIfAborted(signal);
    const folder = join(out, "collection");
    await onDisk("cleared", folder, () => rm(folder, { recursive: true, force: true }));
    try {
      const collection = await discover(maps, { ...parameters, out: folder, threads, signal });
      const folders = evaluation?.queriesFrom ?? undefined;
      queries ??= new QueryMaps(maps, await QueryFiles.open(collection, photos, folders, { signal }), extractor);
      const querySource = queries.query.bind(queries);
      const measured = { ...evaluation, querySource, threads };
      done(i + 1.5);
      const point = await evaluate(collection, protocol, truth, measured, { signal });
      done(i + 2);
      points.push({ value: values[i] as number, evaluation: point });
    } finally {
      await onDisk("cleared", folder, () => rm(folder, { recursive: true, force: true }));
    }
  }
  return { parameter: options.parameter, points };
}

/** The parameters of one run, all told, so that a wrong one is told before any run. */
function parametersWith({ parameter, parameters = {}, preset = "default", evaluation }: SweepOptions, value: number) {
  const [group, key] = parameter;
  const defaults = DISCOVER_DEFAULTS[group as keyof typeof DISCOVER_DEFAULTS] as Record<string, unknown> | undefined;
  const kind = typeof defaults?.[key];
  if (kind !== "number" && defaults?.[key] !== null) {
    throw invalid("parameter", "a number among the parameters of discover", `${group}.${key}`);
  }
  const given = parameters[group as keyof ParameterOptions] as object | undefined;
  const kinds = evaluation?.methods?.filter((method) => method !== "regions" && method !== "R-Match");
  return resolveParameters(preset, {
    ...parameters,
    [group]: { ...given, [key]: value },
    ...(kinds && kinds.length > 0 && { descriptors: { ...parameters.descriptors, kinds: kinds as never } }),
    maps: "keep",
  });
}
