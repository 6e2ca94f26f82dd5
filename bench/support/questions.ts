import { existsSync } from "node:fs";
import { join } from "node:path";
import { QueryFiles } from "../../lib/benchmark/query-files.js";
import { QueryVectors } from "../../lib/benchmark/query-vectors.js";
import { resolveGroundTruth } from "../../lib/evaluation/ground-truth/resolve.js";
import { type Collection, type Matrix, QueryDescriber, readGroundTruth, type Relevance } from "../../lib/index.js";
import { cartonQueries } from "./cartons.js";

/** A query with a known answer. */
export interface Question {
  /** Its place in the collection; absent for a picture from elsewhere. */
  readonly id: number | undefined;
  readonly relevance: Relevance;
  /** Its vectors by method; for a photo of the collection by kinds of global descriptor alone. */
  readonly vectors: ReadonlyMap<string, Matrix>;
}

/**
 * Questions to a collection of drawn scenes (`folder` is what `leitmotif generate` wrote: a picture of each object asks), or
 * of the groceries (`folder` holds their folder: every `nth` photo of a carton asks for the others of its class).
 */
export async function questions(
  collection: Collection,
  folder: string,
  kinds: readonly string[],
  nth = 1,
): Promise<Question[]> {
  return existsSync(join(folder, "ground-truth.json"))
    ? sceneQuestions(collection, folder, [...kinds, "R-Match"])
    : cartonQuestions(collection, folder, kinds, nth);
}

async function sceneQuestions(collection: Collection, folder: string, methods: readonly string[]): Promise<Question[]> {
  const truth = await readGroundTruth("instre", join(folder, "ground-truth.json"));
  const files = await QueryFiles.open(collection, undefined, join(folder, "queries"), {});
  const paths = collection.images.map(({ path }) => path);
  const { queries, levels } = resolveGroundTruth(truth, paths, {
    protocol: "instre",
    folder: collection.manifest.source ?? undefined,
    isReadable: (name) => files.has(name),
  });
  await using describer = new QueryDescriber(collection);
  const described = await new QueryVectors(collection, describer, (query) => files.query(query)).describe(
    queries,
    methods,
    {},
  );
  return queries.map((_, i) => ({
    id: undefined,
    relevance: levels[0]?.relevances[i] as Relevance,
    vectors: new Map(methods.map((method) => [method, described.get(method)?.[i] as Matrix])),
  }));
}

async function cartonQuestions(
  collection: Collection,
  folder: string,
  kinds: readonly string[],
  nth: number,
): Promise<Question[]> {
  const stored = new Map<string, Matrix>();
  for (const kind of kinds) stored.set(kind, await collection.descriptors(kind));
  const row = ({ data, columns }: Matrix, i: number): Matrix => ({
    data: data.subarray(i * columns, (i + 1) * columns),
    rows: 1,
    columns,
  });
  return cartonQueries(collection, folder, nth).map(({ id, relevance }) => ({
    id,
    relevance,
    vectors: new Map(kinds.map((kind) => [kind, row(stored.get(kind) as Matrix, id)])),
  }));
}
