import { checkBoolean, checkInteger, checkList, checkString, invalid, withDefaults } from "../check.js";
import type { Collection } from "../collection/collection.js";
import type { Matrix } from "../descriptors/matrix.js";
import { groupAgreement } from "../evaluation/grouping.js";
import type { GroundTruth } from "../evaluation/ground-truth/ground-truth.js";
import type { Protocol } from "../evaluation/ground-truth/protocols.js";
import { resolveGroundTruth, type ResolvedTruth } from "../evaluation/ground-truth/resolve.js";
import type { RunOptions } from "../native.js";
import { RETRIEVAL_DEFAULTS } from "../retrieval/retrieval-index.js";
import { QueryDescriber } from "../search/query-describer.js";
import { Database } from "./database.js";
import type { Evaluation, MethodMeasures } from "./evaluation.js";
import { localise } from "./localisation.js";
import { measureMethod } from "./measure-method.js";
import { checkMethods, isRegionMethod } from "./methods.js";
import { EVALUATE_DEFAULTS, type EvaluateExtras, type EvaluateOptions } from "./options.js";
import { QueryFiles } from "./query-files.js";
import { QueryVectors } from "./query-vectors.js";
import { Searchers, SHORTLIST } from "./searchers.js";
import { Steps } from "./steps.js";
import { planTrials } from "./trials.js";

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
  if (o.methods) checkMethods(o.methods, collection.manifest.descriptors);

  const files = await QueryFiles.open(collection, o.source ?? undefined, o.queriesFrom ?? undefined, run);
  const paths = collection.images.map(({ path }) => path);
  const resolved = resolveGroundTruth(truth, paths, {
    protocol,
    folder: collection.manifest.source ?? undefined,
    allowMissing: checkBoolean("allowMissing", o.allowMissing),
    isReadable: (name) => files.has(name),
    isDistractor: withinAny(o.distractors, paths),
  });
  const localisation = await localise(collection, resolved, run);
  const groups = await agreement(collection, resolved, run);
  const { trials, notes } = planTrials(collection.manifest, resolved.queries, o, querySource !== undefined);

  const database = new Database(resolved.database);
  const usualK = Math.min(RETRIEVAL_DEFAULTS.k, Math.max(5, Math.round(database.size / 100)));
  const searchers = new Searchers(collection, database, {
    global: { k: o.k ?? usualK, kQuery: o.kQuery },
    regional: { k: o.regionalK ?? usualK, kQuery: o.regionalKQuery },
    threads,
  });
  const shortlisted =
    database.size > SHORTLIST &&
    trials.some(({ method, diffusion }) => isRegionMethod(method) && diffusion.includes(true));
  const methods = trials.map(({ method }) => method);
  const described = shortlisted ? [...new Set([...methods, searchers.shortlistKind])] : methods;
  const rankings = trials.reduce((sum, { diffusion }) => sum + diffusion.length, 0);
  const steps = new Steps(1 + rankings, run);
  await using describer = new QueryDescriber(collection, network);
  const source = querySource ?? ((query) => files.query(query));
  const queries = new QueryVectors(collection, describer, source);
  const vectors = await queries.describe(resolved.queries, described, steps.next());
  const of = (method: string) => vectors.get(method) as Matrix[];
  const shortlists = shortlisted ? await searchers.shortlists(of(searchers.shortlistKind), run) : undefined;

  const rows: MethodMeasures[] = [];
  for (const { method, diffusion } of trials) {
    const searcher = await searchers.open(method, diffusion.includes(true), run);
    for (const expanded of diffusion) {
      const trial = { method, diffusion: expanded, searcher, vectors: of(method), shortlists };
      rows.push(...(await measureMethod(trial, resolved, database, bootstrap, steps.next())));
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

/** Whether a path lies in one of these folders of the collection, each of which must hold some. */
function withinAny(folders: readonly string[], paths: readonly string[]): (path: string) => boolean {
  const prefixes = checkList("distractors", folders).map((folder, i) => {
    const prefix = `${checkString(`distractors[${i}]`, folder).replace(/\/+$/, "")}/`;
    if (paths.some((path) => path.startsWith(prefix))) return prefix;
    throw invalid(`distractors[${i}]`, "a folder of the collection's images, as their paths begin", folder);
  });
  return (path) => prefixes.some((prefix) => path.startsWith(prefix));
}

async function agreement(collection: Collection, { labels }: ResolvedTruth, run: RunOptions) {
  if (labels.size === 0) return null;
  const objects = await collection.regionObjects(run);
  const { owner } = await collection.regionModel(run);
  const photos = collection.objects.map(() => new Set<number>());
  objects.forEach((object, region) => photos[object]?.add(owner[region] as number));
  return groupAgreement(photos, labels);
}
