import { checkArray, checkInteger, checkNumber, checkObject, withDefaults } from "../check.js";
import { checkMatrix, type Matrix } from "../descriptors/matrix.js";
import { callAsync, type RunOptions } from "../native.js";
import { checkSparseMatrix, type SparseMatrix } from "./sparse-matrix.js";

/** The regions of a collection and how they are tied. */
export interface RegionTies {
  /** The mutual nearest-neighbour graph of the region vectors: weights max(v . u, 0)^beta. */
  adjacency: SparseMatrix;
  /** Whitened region vectors (n, d) of unit length. */
  vectors: Matrix;
  /** The photo of each region. */
  owner: Int32Array;
  /** g of each region (section 3.7). */
  centrality: Float32Array;
  /** f of each region (eq. 9): regions fainter than the rest of their photo count less. Without it all count the same. */
  saliency?: Float32Array | undefined;
  /** How alike each region's halves are (`selfSimilarity`): tells things from textures. Without it textures are found. */
  selfSimilarity?: Float32Array | undefined;
}

/** How regions are grouped into objects. */
export interface ObjectOptions {
  /** In how many photos a thing must be seen to be an object; at least 2. */
  minPhotos: number;
  /**
   * Mean weight (similarity^beta, pairs without an edge counting 0) by which the regions of an object are tied at least:
   * the resolution of the constant Potts model. Larger: more, smaller and purer groups.
   */
  resolution: number;
  /**
   * How many edges of chance alone the whole collection may be expected to hold; the similarity that an edge needs
   * follows from it and from the collection's own pairs. Smaller: stricter.
   */
  falseEdges: number;
  /** The similarity that an edge needs, 0..1, instead of what `falseEdges` gives. */
  minSimilarity?: number | undefined;
  /**
   * By how much two regions must be more alike than the halves of either, if they are to be a thing and not a piece of
   * the same texture. Smaller: more of what recurs as a material is found (floors, rails, bark).
   */
  margin: number;
  /** Power of a region's saliency, relative to the most salient region of its photo, in the weights of its edges. */
  theta: number;
  /** The least score of an object, in pairs of photos that show exactly the same. */
  minScore: number;
  /** The power with which the graph was built. */
  beta: number;
  /** Of the random order in which Leiden visits regions. */
  seed: number;
}

/** Defaults of {@link ObjectOptions}. */
export const OBJECT_DEFAULTS: Readonly<Omit<ObjectOptions, "minSimilarity">> = {
  minPhotos: 3,
  resolution: 0.09,
  falseEdges: 1,
  margin: 0.125,
  theta: 2.5,
  minScore: 1.75,
  beta: 3,
  seed: 1,
};

/** One thing that recurs. */
export interface FoundObject {
  /** Its regions, most central first. */
  members: Int32Array;
  /** Its most central region. */
  exemplar: number;
  /** Its photos, each once, in the order of their most central region. */
  photos: Int32Array;
  /** Evidence that it recurs: the weights of the strongest edge between every two of its photos, summed. */
  score: number;
  /** The mean of those weights over all pairs of its photos, 0..1: how much of one piece the group is. */
  cohesion: number;
}

/** What {@link findObjects} found. */
export interface FoundObjects {
  /** In descending score. Empty: nothing recurs. */
  objects: FoundObject[];
  /** The similarity below which an edge was taken for chance. */
  threshold: number;
}

/** Pairs of regions from which the similarities of chance are learnt. */
const CHANCE_SAMPLES = 2_000_000;
const LEIDEN_ITERATIONS = 10;

/**
 * Groups regions into objects: communities (Leiden, constant Potts model) of the region graph, whose edges join regions
 * of different photos that are more alike than chance. A region that recurs nowhere belongs to no object; see
 * docs/objects.md for the null and for what was measured.
 *
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when sizes do not agree, a value is not finite or an option out of
 *   range; `ERR_ABORTED`.
 */
export async function findObjects(
  ties: RegionTies,
  options?: Partial<ObjectOptions>,
  run: RunOptions = {},
): Promise<FoundObjects> {
  checkObject("ties", ties);
  const { indptr, indices, data, rows } = checkSparseMatrix(ties.adjacency, "adjacency");
  const vectors = checkMatrix(ties.vectors, "vectors");
  checkInteger("vectors.rows", vectors.rows, { min: rows, max: rows });
  const owner = checkArray("owner", ties.owner, Int32Array, rows);
  const centrality = checkArray("centrality", ties.centrality, Float32Array, rows);
  if (ties.saliency !== undefined) checkArray("saliency", ties.saliency, Float32Array, rows);
  if (ties.selfSimilarity !== undefined) checkArray("selfSimilarity", ties.selfSimilarity, Float32Array, rows);
  const o = withDefaults("findObjects options", options, OBJECT_DEFAULTS, ["minSimilarity"]);
  checkInteger("minPhotos", o.minPhotos, { min: 2 });
  checkNumber("resolution", o.resolution, { above: 0 });
  checkNumber("falseEdges", o.falseEdges, { above: 0 });
  checkNumber("margin", o.margin, { min: -1, max: 1 });
  checkNumber("theta", o.theta, { min: 0 });
  checkNumber("minScore", o.minScore, { min: 0 });
  checkNumber("beta", o.beta, { above: 0 });
  checkInteger("seed", o.seed, { min: 0, max: 0xffffffff });

  const threshold =
    options?.minSimilarity !== undefined
      ? checkNumber("minSimilarity", options.minSimilarity, { min: 0, max: 1 })
      : await chanceSimilarity(vectors, owner, o, run.signal);
  const found = await callAsync(run, (native, control) =>
    native.groupRegions(
      indptr,
      indices,
      data,
      owner,
      centrality,
      ties.saliency,
      ties.selfSimilarity,
      o.beta,
      threshold,
      o.margin,
      o.theta,
      o.resolution,
      o.minPhotos,
      o.minScore,
      LEIDEN_ITERATIONS,
      o.seed,
      control,
    ),
  );
  const objects = Array.from(found.score, (score, i): FoundObject => {
    const members = found.members.subarray(found.starts[i], found.starts[i + 1]);
    const photos = Int32Array.from(new Set(Array.from(members, (member) => owner[member] as number)));
    const pairs = (photos.length * (photos.length - 1)) / 2;
    return { members, exemplar: members[0] as number, photos, score, cohesion: score / pairs };
  });
  return { objects, threshold };
}

/** The similarity that fewer than `falseEdges` pairs of unrelated regions of the collection are expected to exceed. */
async function chanceSimilarity(
  { data, rows, columns }: Matrix,
  owner: Int32Array,
  { falseEdges, seed }: Pick<ObjectOptions, "falseEdges" | "seed">,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { threshold } = await callAsync({ signal }, (native, control) =>
    native.chanceSimilarity(data, rows, columns, owner, falseEdges, CHANCE_SAMPLES, seed, control),
  );
  return threshold;
}
