import { Whitening, defaultDimensions } from "../descriptors/whitening.js";
import type { OwnedRegionModel } from "../collection/collection-arrays.js";
import type { Matrix } from "../descriptors/matrix.js";
import { RegionGraph } from "../graph/region-graph.js";
import { StageProgress } from "./events.js";
import type { FirstValue } from "./first-pass.js";
import type { MatchingPairs } from "./matching-pairs.js";
import type { Parameters } from "./parameters.js";
import type { RecordStore } from "./record-store.js";
import type { RunContext } from "./run-context.js";
import { storedSelfSimilarity } from "./stored-halves.js";

/** All regions of a collection, before whitening. */
export interface RawRegions {
  /** Z (n, c). */
  vectors: Matrix;
  /** f (n): mean feature saliency (eq. 9). */
  saliency: Float32Array;
  /** Index of each one's image. */
  owner: Int32Array;
  /** Where their halves are. */
  from: { paths: readonly string[]; first: RecordStore<FirstValue> };
}

/** What is known of all regions together: the model of section 3.8, and the graph that it comes from. */
export interface DiscoveredRegions extends OwnedRegionModel {
  graph: RegionGraph;
  /** How alike to itself each region is (n). */
  selfSimilarity: Float32Array;
}

/** Gathers the regions of all images, in their order. */
export async function gatherRegions(
  paths: readonly string[],
  first: RecordStore<FirstValue>,
  counts: { regions: number; channels: number },
): Promise<RawRegions> {
  const { regions, channels } = counts;
  const vectors = { data: new Float32Array(regions * channels), rows: regions, columns: channels };
  const saliency = new Float32Array(regions);
  const owner = new Int32Array(regions);
  let row = 0;
  for (const [i, path] of paths.entries()) {
    const { value, arrays } = await first.read(path, ["vectors"]);
    vectors.data.set(arrays.vectors as Float32Array, row * channels);
    for (const region of value.regions) {
      saliency[row] = region.saliency;
      owner[row++] = i;
    }
  }
  return { vectors, saliency, owner, from: { paths, first } };
}

/**
 * Whitening, mutual neighbours and centrality of all regions (sections 3.5 to 3.7).
 *
 * @param pairs What the whitening is taught by; without, it is that of PCA.
 */
export async function relateRegions(
  raw: RawRegions,
  parameters: Parameters,
  context: RunContext,
  pairs?: MatchingPairs,
): Promise<DiscoveredRegions> {
  const { signal, threads, stopwatch, tell } = context;
  const { owner, saliency } = raw;
  const { rows } = raw.vectors;
  const stage = <T>(name: "whitening" | "graph" | "centrality", body: (run: StageRun) => Promise<T>): Promise<T> => {
    const progress = new StageProgress(name, rows, tell);
    return stopwatch.time(name, rows, () => body({ signal, onProgress: progress.fraction }));
  };

  const { dimensions, shrinkage } = parameters.whitening;
  const options = {
    dimensions: Math.min(dimensions ?? defaultDimensions(raw.vectors), raw.vectors.columns),
    threads,
    ...(shrinkage === null ? {} : { shrinkage }),
  };
  const [whitening, vectors, selfSimilarity] = await stage("whitening", async (run) => {
    const fitted = pairs
      ? await Whitening.fitSupervised(raw.vectors, pairs.pairs, { ...options, matching: pairs.matching }, run)
      : await Whitening.fit(raw.vectors, options, run);
    const whitened = await fitted.applyBatch(raw.vectors, { threads }, { signal });
    return [fitted, whitened, await storedSelfSimilarity(raw.from, rows, fitted, context)] as const;
  });
  const graph = await stage("graph", (run) => RegionGraph.build(vectors, { ...parameters.graph, threads }, run));
  const { acrossImages, theta, ...solve } = parameters.centrality;
  const solution = await stage("centrality", async (run) => {
    const recurring = acrossImages
      ? await graph.acrossImages({ owner, saliency, selfSimilarity }, { theta, threads }, { signal })
      : graph;
    return recurring.solveCentrality({ ...solve, threads }, run);
  });
  if (solution.residual > solve.tolerance) {
    context.warn(
      `centrality was stopped after ${solution.iterations} iterations at a residual of ` +
        `${solution.residual.toExponential(1)}, above its tolerance`,
    );
  }
  return { vectors, saliency, centrality: solution.values, whitening, owner, graph, selfSimilarity };
}

type StageRun = { signal: AbortSignal | undefined; onProgress: (fraction: number) => void };
