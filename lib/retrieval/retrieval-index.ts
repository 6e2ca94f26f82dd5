import { checkArray, checkInteger, checkOneOf, invalid, withDefaults } from "../check.js";
import { checkMatrix, type Matrix } from "../descriptors/matrix.js";
import { NeighbourIndex } from "../graph/neighbour-index.js";
import { type LookUpMethod, lookUpMethod, type NeighbourMethod, nearestNeighbours } from "../graph/neighbours.js";
import { GRAPH_DEFAULTS, RegionGraph, SOLVE_DEFAULTS } from "../graph/region-graph.js";
import type { RunOptions } from "../native.js";
import { type ThreadOptions, threadCount } from "../threads.js";
import { NullScores } from "./null-scores.js";
import { OFFLINE_DEFAULTS, OfflineDiffusion } from "./offline-diffusion.js";
import { QUERY_VECTOR_DEFAULTS, queryVector } from "./query-vector.js";
import { type Hits, rank } from "./ranking.js";
import { strongestPaths } from "./strongest-paths.js";
import { diffuseTruncated } from "./truncated-diffusion.js";

/**
 * How a query is expanded: `none` ranks by inner product; `diffusion` solves over the graph for each query; `offline`
 * has solved ahead, and adds up columns.
 */
export type Expansion = "none" | "diffusion" | "offline";

/** How the graph of a {@link RetrievalIndex} is built. */
export interface RetrievalOptions {
  /** What the index is made for; searches may do less. */
  expand: Expansion;
  /** Neighbours in the graph. Above the number of times an object occurs it blurs. */
  k: number;
  /** gamma: power to which similarities are raised. */
  gamma: number;
  /** How far a value spreads over the graph, from 0 to below 1. */
  alpha: number;
  /** Of graph and searches. With `clustered` or `hnsw` an index is built once and held; see `queries` for `auto` (and
   * for `quantised`, which is for the graph alone). */
  method: NeighbourMethod;
  /**
   * How many searches are to be made, about: `auto` holds an index where building and searching it is estimated to take
   * less time than that many exact searches.
   */
  queries: number;
  /** Of `offline`: see OfflineOptions. */
  reach: number;
  keep: number;
}

/** Defaults of {@link RetrievalOptions}. */
export const RETRIEVAL_DEFAULTS: Readonly<RetrievalOptions> = {
  expand: "diffusion",
  k: GRAPH_DEFAULTS.k,
  gamma: QUERY_VECTOR_DEFAULTS.gamma,
  alpha: SOLVE_DEFAULTS.alpha,
  method: GRAPH_DEFAULTS.method,
  queries: 10_000,
  reach: OFFLINE_DEFAULTS.reach,
  keep: OFFLINE_DEFAULTS.keep,
};

/** How a {@link RetrievalIndex} is searched (section 4.4). */
export interface SearchOptions {
  /** Results at most. */
  top: number;
  /** Default: what the index was made for. */
  expand: Expansion;
  /** k_q: nearest vectors of each query row from which diffusion starts. */
  kQuery: number;
  /** `exact` solves diffusion to a residual of 1e-6, `fast` stops after 20 iterations, as public code does. */
  solve: "exact" | "fast";
  /** Diffuses over so many nearest vectors of the query alone; 0: over all. */
  truncate: number;
}

/** Defaults of {@link SearchOptions}. */
export const SEARCH_DEFAULTS: Readonly<Omit<SearchOptions, "expand">> = {
  top: 20,
  kQuery: QUERY_VECTOR_DEFAULTS.kQuery,
  solve: "fast",
  truncate: 0,
};

const FAST_ITERATIONS = 20;

/** Neighbours that an index is made to find well; who wants more is served exactly. */
const INDEXED_K = 100;

interface Parts {
  index?: NeighbourIndex | undefined;
  graph?: RegionGraph | undefined;
  offline?: OfflineDiffusion | undefined;
}

/** What a search takes besides the query. */
export interface SearchParameters extends Partial<SearchOptions>, ThreadOptions {
  /** Ids that neither start diffusion nor come out, such as the query's own image. */
  exclude?: Int32Array | undefined;
}

/**
 * Searches global descriptors (section 4.4): by inner product, or expanded by diffusion over their mutual nearest
 * neighbour graph (Iscen et al. 2017).
 */
export class RetrievalIndex {
  /** (n, d), l2-normalised; id i is row i. */
  readonly descriptors: Matrix;
  readonly options: Readonly<RetrievalOptions>;
  /** The graph; absent where the index was made for plain search. */
  readonly graph: RegionGraph | undefined;
  /** Finds nearest descriptors approximately; absent where they are searched exactly. */
  readonly index: NeighbourIndex | undefined;
  readonly #offline: OfflineDiffusion | undefined;

  private constructor(descriptors: Matrix, options: RetrievalOptions, { index, graph, offline }: Parts) {
    this.descriptors = descriptors;
    this.options = options;
    this.index = index;
    this.graph = graph;
    this.#offline = offline;
  }

  /**
   * @param descriptors (n, d), l2-normalised, at least one row.
   * @param options `graph`: one of these descriptors that is there already, instead of one of `k` and `gamma`.
   * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT`, `ERR_ABORTED`.
   */
  static async build(
    descriptors: Matrix,
    options?: Partial<RetrievalOptions> & { graph?: RegionGraph | undefined } & ThreadOptions,
    { signal, onProgress }: RunOptions = {},
  ): Promise<RetrievalIndex> {
    const o = withDefaults("RetrievalIndex.build options", options, RETRIEVAL_DEFAULTS, ["graph", "threads"]);
    const { k, gamma, alpha, method, reach, keep } = o;
    const expand = checkOneOf("expand", o.expand, ["none", "diffusion", "offline"]);
    const threads = threadCount(options?.threads);
    const { rows } = checkMatrix(descriptors, "descriptors");
    if (rows === 0) throw invalid("descriptors.rows", "at least 1", 0);
    const given = options?.graph;
    if (given && given.size !== rows) throw invalid("graph.size", `${rows}, as there are descriptors`, given.size);
    let done = 0;
    /** Progress of the next part, which makes up that share of the whole. */
    const part = (share: number): RunOptions => {
      const from = done;
      done += share;
      return { signal, onProgress: onProgress && ((fraction) => onProgress(Math.min(1, from + share * fraction))) };
    };
    const indexed = expand === "none" ? 1 : 0.2;
    const searched = searchMethod(o, rows);
    const index =
      searched === "exact"
        ? undefined
        : await NeighbourIndex.build(descriptors, { k: INDEXED_K, method: searched, threads }, part(indexed));
    if (expand === "none") return new RetrievalIndex(descriptors, o, { index });
    const share = expand === "offline" ? (1 - done) / 2 : 1 - done;
    const graph = given ?? (await RegionGraph.build(descriptors, { k, beta: gamma, method, threads }, part(share)));
    if (expand === "diffusion") return new RetrievalIndex(descriptors, o, { index, graph });
    const solved = { reach, keep, alpha, threads };
    const offline = await OfflineDiffusion.build(descriptors, graph, solved, part(1 - done));
    return new RetrievalIndex(descriptors, o, { index, graph, offline });
  }

  /**
   * The vectors nearest to a query. Several rows (images or boxes of one object) make one query: their similarities add
   * up. Vectors that diffusion does not reach follow those that it does, in order of inner product, with score 0.
   *
   * @param query (d) or (r, d), whitened as the descriptors.
   */
  async search(query: Float32Array | Matrix, options?: SearchParameters, run: RunOptions = {}): Promise<Hits> {
    const o = this.#searchOptions(options);
    const queries = this.#queries(query);
    const exclude = options?.exclude ?? new Int32Array(0);
    const { rows } = this.descriptors;
    const top = Math.min(o.top, rows);
    const plain = () => this.#nearest(queries, Math.min(rows, top + exclude.length), exclude, options?.threads, run);
    if (o.expand === "none") return cut(await plain(), top);
    const expanded = await rank(await this.#diffuse(queries, o, options, run), top, exclude, run);
    const reached = expanded.scores.findIndex((score) => score <= 0);
    return reached < 0 ? expanded : append(cut(expanded, reached), await plain(), top);
  }

  /**
   * The score of every vector (n): its inner product with the query (summed over the query's rows), or f after
   * diffusion.
   */
  async scores(query: Float32Array | Matrix, options?: SearchParameters, run: RunOptions = {}): Promise<Float32Array> {
    const o = this.#searchOptions(options);
    const queries = this.#queries(query);
    if (o.expand !== "none") return this.#diffuse(queries, o, options, run);
    const all = await this.#nearest(queries, this.descriptors.rows, new Int32Array(0), options?.threads, run);
    const scores = new Float32Array(this.descriptors.rows);
    all.ids.forEach((id, i) => (scores[id] = all.scores[i] as number));
    return scores;
  }

  /**
   * How an expanded search comes to each of `ids`: the vectors of the way through the graph that contributes most to its
   * score, from one that the query found directly to the id itself. The id alone where it was found directly, or where
   * the search is not expanded; none where diffusion does not reach it.
   */
  async ways(
    query: Float32Array | Matrix,
    ids: Int32Array,
    options?: SearchParameters,
    run: RunOptions = {},
  ): Promise<number[][]> {
    const o = this.#searchOptions(options);
    const queries = this.#queries(query);
    if (o.expand === "none") return Array.from(ids, (id) => [id]);
    const y = await this.#start(queries, o, options, run);
    const within = o.expand === "offline" ? undefined : await this.#within(queries, o, options, run);
    return strongestPaths(this.graph as RegionGraph, y, ids, { alpha: this.options.alpha, within }, run);
  }

  /**
   * Measures what the best inner product comes to for queries that match nothing (rows of `distractors`), so that
   * scores of plain search can be judged.
   */
  async calibrate(distractors: Matrix, run: RunOptions = {}): Promise<NullScores> {
    checkMatrix(distractors, "distractors");
    const { method } = this.options;
    const found = await nearestNeighbours(distractors, this.descriptors, { k: 1, method }, run);
    return new NullScores(found.similarities);
  }

  #searchOptions(options: SearchParameters | undefined): SearchOptions {
    const defaults: SearchOptions = { ...SEARCH_DEFAULTS, expand: this.options.expand };
    const o = withDefaults("search options", options, defaults, ["exclude", "threads"]);
    checkInteger("top", o.top, { min: 1 });
    checkInteger("truncate", o.truncate, { min: 0 });
    checkOneOf("solve", o.solve, ["exact", "fast"]);
    checkOneOf("expand", o.expand, ["none", "diffusion", "offline"]);
    checkArray("exclude", options?.exclude ?? new Int32Array(0), Int32Array);
    if ((o.expand === "diffusion" && !this.graph) || (o.expand === "offline" && !this.#offline)) {
      throw invalid(
        "expand",
        `what the index was built for (${JSON.stringify(this.options.expand)}), or less`,
        o.expand,
      );
    }
    return o;
  }

  #queries(query: Float32Array | Matrix): Matrix {
    const { columns } = this.descriptors;
    const queries = query instanceof Float32Array ? { data: query, rows: 1, columns: query.length } : query;
    checkMatrix(queries, "query");
    if (queries.columns !== columns || queries.rows === 0) {
      throw invalid("query", `at least one row of ${columns} values`, `${queries.rows} of ${queries.columns}`);
    }
    return queries;
  }

  /** By summed inner products: those with the sum of the queries. */
  async #nearest(
    queries: Matrix,
    k: number,
    exclude: Int32Array,
    threads: number | undefined,
    run: RunOptions,
  ): Promise<Hits> {
    const sum = new Float32Array(queries.columns);
    for (let i = 0; i < queries.data.length; i++) {
      const j = i % queries.columns;
      sum[j] = (sum[j] as number) + (queries.data[i] as number);
    }
    const query = { data: sum, rows: 1, columns: queries.columns };
    const found =
      this.index && k <= INDEXED_K
        ? await this.index.search(query, { k, threads }, run)
        : await nearestNeighbours(query, this.descriptors, { k, method: "exact", threads }, run);
    const passed = new Set(exclude);
    const kept = [...found.ids.keys()].filter((i) => !passed.has(found.ids[i] as number));
    return {
      ids: Int32Array.from(kept, (i) => found.ids[i] as number),
      scores: Float32Array.from(kept, (i) => found.similarities[i] as number),
    };
  }

  /** What diffusion starts from. */
  #start(
    queries: Matrix,
    { kQuery }: SearchOptions,
    { exclude, threads }: SearchParameters = {},
    { signal }: RunOptions,
  ): Promise<Float32Array> {
    const start = { kQuery, gamma: this.options.gamma, method: "exact", index: this.index, exclude, threads } as const;
    return queryVector(queries, this.descriptors, start, { signal });
  }

  /** The vectors that diffusion keeps to, ascending; undefined for all. */
  async #within(
    queries: Matrix,
    { truncate }: SearchOptions,
    { threads }: SearchParameters = {},
    { signal }: RunOptions,
  ): Promise<Int32Array | undefined> {
    const { rows } = this.descriptors;
    if (truncate === 0 || truncate >= rows) return undefined;
    return (await this.#nearest(queries, truncate, new Int32Array(0), threads, { signal })).ids.slice().sort();
  }

  async #diffuse(
    queries: Matrix,
    o: SearchOptions,
    options: SearchParameters = {},
    run: RunOptions,
  ): Promise<Float32Array> {
    const { alpha } = this.options;
    const { threads } = options;
    const { signal } = run;
    const y = await this.#start(queries, o, options, run);
    if (o.expand === "offline") return (this.#offline as OfflineDiffusion).diffuse(y);
    const graph = this.graph as RegionGraph;
    const maxIterations = o.solve === "fast" ? FAST_ITERATIONS : SOLVE_DEFAULTS.maxIterations;
    const solve = { alpha, maxIterations, threads };
    const within = await this.#within(queries, o, options, { signal });
    return within ? diffuseTruncated(graph, within, y, solve, run) : graph.diffuse(y, solve, run);
  }
}

/** How searches find neighbours; other than exactly, through an index. */
function searchMethod({ method, queries }: RetrievalOptions, rows: number): LookUpMethod {
  checkInteger("queries", queries, { min: 0 });
  const work = { queries, vectors: rows, k: Math.min(INDEXED_K, rows), oneByOne: true };
  return lookUpMethod(method, work);
}

function cut({ ids, scores }: Hits, top: number): Hits {
  return { ids: ids.slice(0, top), scores: scores.slice(0, top) };
}

/** `first`, then what `rest` adds, with score 0. */
function append(first: Hits, rest: Hits, top: number): Hits {
  const known = new Set(first.ids);
  const ids = Int32Array.from([...first.ids, ...rest.ids.filter((id) => !known.has(id))].slice(0, top));
  const scores = new Float32Array(ids.length);
  scores.set(first.scores);
  return { ids, scores };
}
