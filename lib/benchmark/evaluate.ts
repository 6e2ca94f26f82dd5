import { checkBoolean, checkInteger, checkList, withDefaults } from "../check.js";
import type { Collection } from "../collection/collection.js";
import type { NetworkOptions } from "../collection/network.js";
import { BOOTSTRAP_DEFAULTS } from "../evaluation/bootstrap.js";
import { groupAgreement } from "../evaluation/grouping.js";
import type { GroundTruth } from "../evaluation/ground-truth/ground-truth.js";
import type { Protocol } from "../evaluation/ground-truth/protocols.js";
import { resolveGroundTruth, type ResolvedTruth } from "../evaluation/ground-truth/resolve.js";
import type { RunOptions } from "../native.js";
import type { ThreadOptions } from "../threads.js";
import { RETRIEVAL_DEFAULTS, SEARCH_DEFAULTS } from "../retrieval/retrieval-index.js";
import { QueryDescriber } from "../search/query-describer.js";
import { Database } from "./database.js";
import type { Evaluation, MethodMeasures } from "./evaluation.js";
import { localise } from "./localisation.js";
import { measureMethod } from "./measure-method.js";
import { checkMethods, isRegionMethod, REGION_METHODS } from "./methods.js";
import { QueryFiles } from "./query-files.js";
import { isStored, type QuerySource, QueryVectors } from "./query-vectors.js";
import { Searchers, SHORTLIST } from "./searchers.js";

/** What {@link evaluate} measures, and how. */
export interface EvaluateOptions {
  /** Kinds of global descriptors that the collection holds, `regions` and `R-Match`. Default: all. */
  methods: readonly string[] | null;
  /** Whether methods are measured without diffusion, with it, or both. */
  diffusion: readonly boolean[];
  /** Evaluates on the images that are there, where the ground truth names others; an error otherwise. */
  allowMissing: boolean;
  /** Folder of query images that are not in the collection. */
  queriesFrom: string | null;
  /** Folder that the photos' paths start from, when they have moved. */
  source: string | null;
  /** Folders of the collection whose images are searched although the ground truth lists others as its database. */
  distractors: readonly string[];
  /** Diffusion over global descriptors: neighbours in the graph, and nearest vectors of a query that it starts from. */
  k: number;
  kQuery: number;
  /** The same of diffusion over regions. Iscen et al. 2017 take 200 for both, of collections of 100,000 and more regions. */
  regionalK: number;
  regionalKQuery: number;
  /** Of the bootstrap. */
  seed: number;
}

/** Everything that a collection holds, with diffusion and without, all images of the ground truth being there. */
export const EVALUATE_DEFAULTS: Readonly<EvaluateOptions> = {
  methods: null,
  diffusion: [false, true],
  allowMissing: false,
  queriesFrom: null,
  source: null,
  distractors: [],
  k: RETRIEVAL_DEFAULTS.k,
  kQuery: SEARCH_DEFAULTS.kQuery,
  regionalK: RETRIEVAL_DEFAULTS.k,
  regionalKQuery: SEARCH_DEFAULTS.kQuery,
  seed: BOOTSTRAP_DEFAULTS.seed,
};

/** What {@link evaluate} may be given besides. */
export interface EvaluateExtras extends ThreadOptions {
  /** Where the collection's network is now, when it has moved, and what it runs on. */
  network?: NetworkOptions | undefined;
  /** Gives a query's image or activation map in place of its file: for collections of given maps, and maps kept. */
  querySource?: QuerySource | undefined;
}

/** Above so many regions, diffusion over them is left out where nobody asks for it by name: its graph takes gigabytes. */
const MANY_REGIONS = 300_000;

/**
 * Runs the queries of a ground truth by all methods that a collection holds, each with and without diffusion, and
 * measures the rankings, the saliency maps and the found objects (sections 4.1 and 4.3, Table 1; docs/evaluation.md).
 *
 * Queries that are whole images of the collection go by their stored descriptors; the others are fed to the
 * collection's network.
 *
 * @throws {LeitmotifError} `ERR_GROUND_TRUTH` when it names images that are not in the collection, or does not fit the
 *   protocol; `ERR_INVALID_ARGUMENT` for a method that the collection does not hold or a box outside its image;
 *   `ERR_IMAGE` when a query image cannot be read; `ERR_MODEL` when queries must be fed and the collection's network is
 *   gone; `ERR_COLLECTION_CORRUPT`, `ERR_DISK`, `ERR_ABORTED`.
 */
export async function evaluate(
  collection: Collection,
  protocol: Protocol,
  truth: GroundTruth,
  options: Partial<EvaluateOptions> & EvaluateExtras = {},
  run: RunOptions = {},
): Promise<Evaluation> {
  const o = withDefaults("evaluate options", options, EVALUATE_DEFAULTS, ["network", "threads", "querySource"]);
  const { querySource, network, threads } = options;
  checkList("diffusion", o.diffusion).forEach((value, i) => checkBoolean(`diffusion[${i}]`, value));
  const bootstrap = { seed: checkInteger("seed", o.seed, { min: 0 }) };
  const asked = o.methods && checkMethods(o.methods, collection.manifest.descriptors);

  const files = await QueryFiles.open(collection, o.source ?? undefined, o.queriesFrom ?? undefined, run);
  const resolved = resolveGroundTruth(
    truth,
    collection.images.map(({ path }) => path),
    {
      protocol,
      folder: collection.manifest.source ?? undefined,
      allowMissing: checkBoolean("allowMissing", o.allowMissing),
      isReadable: (name) => files.has(name),
      isDistractor: (path) => o.distractors.some((folder) => path.startsWith(`${folder.replace(/\/+$/, "")}/`)),
    },
  );
  const localisation = await localise(collection, resolved, run);
  const groups = await agreement(collection, resolved, run);

  const { methods, notes } = asked
    ? { methods: asked, notes: [] }
    : defaultMethods(collection, resolved, !!querySource);
  const database = new Database(resolved.database);
  const searchers = new Searchers(collection, database, {
    global: { k: o.k, kQuery: o.kQuery },
    regional: { k: o.regionalK, kQuery: o.regionalKQuery },
    threads,
  });
  const shortlisted = database.size > SHORTLIST && o.diffusion.includes(true) && methods.some(isRegionMethod);
  const described = shortlisted ? [...new Set([...methods, searchers.shortlistKind])] : methods;
  const progress = new Steps(1 + methods.length, run);
  await using describer = new QueryDescriber(collection, network);
  const vectors = await new QueryVectors(
    collection,
    describer,
    querySource ?? ((query) => files.query(query)),
  ).describe(resolved.queries, described, progress.next());
  const shortlists = shortlisted
    ? await searchers.shortlists(vectors.get(searchers.shortlistKind) ?? [], run)
    : undefined;

  const rows: MethodMeasures[] = [];
  for (const method of methods) {
    const step = progress.next();
    const spread = o.diffusion.filter((diffusion) => {
      if (!diffusion || asked || !isRegionMethod(method) || collection.manifest.counts.regions <= MANY_REGIONS)
        return true;
      notes.push(`${method} with diffusion is left out: the graph of all regions is large; ask for it by name`);
      return false;
    });
    if (spread.length === 0) continue;
    const searcher = await searchers.open(method, spread.includes(true), { signal: run.signal });
    for (const diffusion of spread) {
      const trial = { method, diffusion, searcher, vectors: vectors.get(method) ?? [], shortlists };
      rows.push(...(await measureMethod(trial, resolved, database, bootstrap, step)));
    }
  }
  return {
    protocol,
    queries: resolved.queries.map(({ name }) => name),
    database: database.size,
    methods: rows,
    localisation,
    groups,
    missing: resolved.missing,
    notes,
  };
}

/** All that can be measured: region search feeds whole images of the collection too, which takes a network. */
function defaultMethods(collection: Collection, { queries }: ResolvedTruth, fed: boolean) {
  const { descriptors, model } = collection.manifest;
  const methods = [...descriptors, ...REGION_METHODS];
  if (model !== null || fed || !queries.some(isStored)) return { methods, notes: [] as string[] };
  const note = "regions is left out: queries are whole images, and the collection was made of given activation maps";
  return { methods: methods.filter((method) => method !== "regions"), notes: [note] };
}

async function agreement(collection: Collection, { labels }: ResolvedTruth, run: RunOptions) {
  if (labels.size === 0) return null;
  const objects = await collection.regionObjects(run);
  const { owner } = await collection.regionModel(run);
  const photos = collection.objects.map(() => new Set<number>());
  objects.forEach((object, region) => photos[object]?.add(owner[region] as number));
  return groupAgreement(photos, labels);
}

/** Progress over steps of about the same length. */
class Steps {
  readonly #count: number;
  readonly #run: RunOptions;
  #begun = 0;

  constructor(count: number, run: RunOptions) {
    this.#count = count;
    this.#run = run;
  }

  next(): RunOptions {
    const { signal, onProgress } = this.#run;
    const begun = this.#begun++;
    return { signal, onProgress: onProgress && ((fraction) => onProgress((begun + fraction) / this.#count)) };
  }
}
