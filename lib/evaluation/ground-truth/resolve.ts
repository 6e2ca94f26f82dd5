import { LeitmotifError } from "../../errors.js";
import type { Relevance } from "../average-precision.js";
import type { ImageSize, PixelBox } from "../../regions/pixel-box.js";
import type { BoxTruth, GroundTruth, LabelTruth, NamedQuery, QueryTruth } from "./ground-truth.js";
import { ImageNames } from "./image-names.js";
import { LEVELS, type Protocol } from "./protocols.js";

/** Options of {@link resolveGroundTruth}. */
export interface ResolveOptions {
  readonly protocol: Protocol;
  /** Folder that the paths start from: names may begin with it, or with the last folders of its path. */
  readonly folder?: string | undefined;
  /** Evaluates on the images that the collection has, where the ground truth names others; an error otherwise. */
  readonly allowMissing?: boolean | undefined;
  /**
   * Which images the database holds besides those that the ground truth lists as its own: distractors. Ground truth that
   * lists none takes the whole collection.
   */
  readonly isDistractor?: ((path: string) => boolean) | undefined;
  /** Whether a query image that is not in the collection can be read elsewhere; none can where this is absent. */
  readonly isReadable?: ((name: string) => boolean) | undefined;
}

/** Ground truth in terms of a collection's images: their ids are places in its list of paths. */
export interface ResolvedTruth {
  readonly protocol: Protocol;
  readonly queries: readonly ResolvedQuery[];
  /** What each level of the protocol looks for; `relevances[i]` belongs to `queries[i]`. */
  readonly levels: readonly { readonly name: string; readonly relevances: readonly Relevance[] }[];
  /** For each image of the collection, whether it is in the database that is searched. */
  readonly database: Uint8Array;
  /** Label of each labelled image (`groups` alone). */
  readonly labels: ReadonlyMap<number, string>;
  /** True boxes of each image whose objects' places are known, in pixels. */
  readonly boxes: ReadonlyMap<number, readonly PixelBox[]>;
  /** Size of each image as its boxes were drawn (`boxes` alone). */
  readonly sizes: ReadonlyMap<number, ImageSize>;
  /** Images that the ground truth names and the collection lacks. */
  readonly missing: readonly string[];
}

/** A query whose image was found in the collection, or lies outside it. */
export interface ResolvedQuery {
  readonly name: string;
  /** Id of the query's image, or its name where it lies outside the collection. */
  readonly image: number | string;
  readonly box?: PixelBox | undefined;
}

/**
 * Matches the names of a ground truth with a collection's images.
 *
 * @param paths the collection's images, in order of their ids.
 * @throws {LeitmotifError} `ERR_GROUND_TRUTH` when it names images that the collection lacks (unless `allowMissing`), when a
 * name fits several images, or when no query is left.
 */
export function resolveGroundTruth(
  truth: GroundTruth,
  paths: readonly string[],
  options: ResolveOptions,
): ResolvedTruth {
  const names = new Names(truth.source, paths, options.folder);
  const resolved =
    truth.kind === "queries"
      ? resolveQueries(truth, names, paths, options)
      : truth.kind === "labels"
        ? resolveLabels(truth, names, paths.length, options)
        : resolveBoxes(truth, names, paths.length);
  const missing = [...names.missing];
  if (missing.length > 0 && !options.allowMissing) throw missingError(truth.source, missing, names.asked);
  if (resolved.queries.length === 0) {
    throw new LeitmotifError(
      "ERR_GROUND_TRUTH",
      `${truth.source}: not one of its queries can be run on this collection`,
    );
  }
  if (!resolved.levels.some(({ relevances }) => relevances.some(({ positive }) => positive.length > 0))) {
    throw new LeitmotifError(
      "ERR_GROUND_TRUTH",
      `${truth.source}: no query has an image to be found under the protocol ${JSON.stringify(options.protocol)}, which ` +
        `looks for ${[...new Set(LEVELS[options.protocol].flatMap(({ positive }) => positive))].join(" and ")}`,
    );
  }
  return { protocol: options.protocol, labels: new Map(), boxes: new Map(), sizes: new Map(), ...resolved, missing };
}

type Resolved = Pick<ResolvedTruth, "queries" | "levels" | "database"> &
  Partial<Pick<ResolvedTruth, "labels" | "boxes" | "sizes">>;

/** Names looked up so far, and those that were not found. */
class Names {
  readonly missing = new Set<string>();
  readonly #source: string;
  readonly #index: ImageNames;
  readonly #asked = new Set<string>();

  constructor(source: string, paths: readonly string[], folder: string | undefined) {
    this.#source = source;
    this.#index = new ImageNames(paths, folder);
  }

  get asked(): number {
    return this.#asked.size;
  }

  /** The id behind the first of `names` that is known; with none, the first counts as missing unless `elsewhere`. */
  find(names: readonly string[], elsewhere = false): number | undefined {
    for (const name of names) {
      const found = this.#index.find(name);
      if (typeof found === "object") throw this.#ambiguous(name, found);
      if (found !== undefined) {
        this.#asked.add(names[0] as string);
        return found;
      }
    }
    if (!elsewhere) {
      this.#asked.add(names[0] as string);
      this.missing.add(names[0] as string);
    }
    return undefined;
  }

  findAll(names: readonly string[]): number[] {
    return names.flatMap((name) => this.find([name]) ?? []);
  }

  #ambiguous(name: string, paths: readonly string[]): LeitmotifError {
    return new LeitmotifError(
      "ERR_GROUND_TRUTH",
      `${this.#source}: ${JSON.stringify(name)} fits ${paths.length} images of the collection (${paths.slice(0, 2).join(", ")}): ` +
        "name it with its folder",
    );
  }
}

function missingError(source: string, missing: readonly string[], asked: number): LeitmotifError {
  const first = missing.slice(0, 5).join(", ");
  return new LeitmotifError(
    "ERR_GROUND_TRUTH",
    `${source}: ${missing.length} of the ${asked} images that it names are not in the collection ` +
      `(${missing.length > 5 ? `first ${first}` : first}): add them, or ask for an evaluation on the rest ` +
      "(--allow-missing; allowMissing: true)",
  );
}

function resolveQueries(truth: QueryTruth, names: Names, paths: readonly string[], options: ResolveOptions): Resolved {
  const kept: { query: ResolvedQuery; grades: Record<keyof NamedQuery["grades"], number[]> }[] = [];
  for (const { name, image, box, grades } of truth.queries) {
    const readable = options.isReadable?.(image) ?? false;
    const id = names.find([image], readable);
    const found = {
      positive: names.findAll(grades.positive),
      easy: names.findAll(grades.easy),
      hard: names.findAll(grades.hard),
      junk: names.findAll(grades.junk),
    };
    if (id !== undefined || readable) kept.push({ query: { name, image: id ?? image, box }, grades: found });
  }
  return {
    queries: kept.map(({ query }) => query),
    levels: LEVELS[options.protocol].map((level) => ({
      name: level.name,
      relevances: kept.map(({ grades }) => ({
        positive: level.positive.flatMap((grade) => grades[grade]),
        junk: level.junk.flatMap((grade) => grades[grade]),
      })),
    })),
    database: databaseOf(truth, names, paths, options),
    boxes: new Map(
      (truth.boxes ?? []).flatMap(({ image, boxes }) => {
        const id = names.find([image]);
        return id === undefined ? [] : [[id, boxes] as const];
      }),
    ),
  };
}

function databaseOf(
  { images }: QueryTruth,
  names: Names,
  paths: readonly string[],
  options: ResolveOptions,
): Uint8Array {
  const database = new Uint8Array(paths.length);
  if (!images) return database.fill(1);
  for (const id of names.findAll(images)) database[id] = 1;
  paths.forEach((path, id) => {
    if (options.isDistractor?.(path)) database[id] = 1;
  });
  return database;
}

/**
 * Each labelled image asks for the others of its label; it itself is taken out of the ranking. Where labelled images lie
 * outside the collection, they are the queries instead.
 */
function resolveLabels(truth: LabelTruth, names: Names, images: number, options: ResolveOptions): Resolved {
  const labels = new Map<number, string>();
  const outside: { name: string; image: string }[] = [];
  for (const { image, label } of truth.labels) {
    const readable = options.isReadable?.(image) ?? false;
    const id = names.find([image], readable);
    if (id !== undefined) labels.set(id, label);
    else if (readable) outside.push({ name: label, image });
  }
  const members = groupBy(
    labels,
    ([, label]) => label,
    ([id]) => id,
  );
  const database = new Uint8Array(images).fill(1);
  if (outside.length > 0) {
    const queries = outside.filter(({ name }) => members.has(name));
    const relevances = queries.map(({ name }) => ({ positive: members.get(name) as number[] }));
    return { queries, levels: [{ name: "", relevances }], database, labels };
  }
  const queries = [...labels].filter(([, label]) => (members.get(label) as number[]).length > 1);
  return {
    queries: queries.map(([id, label]) => ({ name: label, image: id })),
    levels: [
      {
        name: "",
        relevances: queries.map(([id, label]) => ({
          positive: (members.get(label) as number[]).filter((other) => other !== id),
          junk: [id],
        })),
      },
    ],
    database,
    labels,
  };
}

/** Each box asks for the other images with a box of its label; its own image is taken out of the ranking. */
function resolveBoxes(truth: BoxTruth, names: Names, images: number): Resolved {
  const boxes = new Map<number, PixelBox[]>();
  const sizes = new Map<number, ImageSize>();
  const objects: { id: number; label: string; box: PixelBox }[] = [];
  for (const image of truth.images) {
    const id = names.find(image.names);
    if (id === undefined) continue;
    sizes.set(id, image.size);
    boxes.set(
      id,
      image.objects.map(({ box }) => box),
    );
    objects.push(...image.objects.map(({ label, box }) => ({ id, label, box })));
  }
  const holders = groupBy(
    objects,
    ({ label }) => label,
    ({ id }) => id,
  );
  const positives = ({ id, label }: { id: number; label: string }) =>
    [...new Set(holders.get(label))].filter((other) => other !== id);
  const queries = objects.filter((object) => positives(object).length > 0);
  return {
    queries: queries.map(({ id, label, box }) => ({ name: label, image: id, box })),
    levels: [{ name: "", relevances: queries.map((object) => ({ positive: positives(object), junk: [object.id] })) }],
    database: new Uint8Array(images).fill(1),
    boxes,
    sizes,
  };
}

function groupBy<T, V>(values: Iterable<T>, key: (value: T) => string, of: (value: T) => V): Map<string, V[]> {
  const groups = new Map<string, V[]>();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group) group.push(of(value));
    else groups.set(key(value), [of(value)]);
  }
  return groups;
}
