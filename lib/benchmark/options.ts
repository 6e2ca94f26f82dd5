import type { NetworkOptions } from "../collection/network.js";
import { BOOTSTRAP_DEFAULTS } from "../evaluation/bootstrap.js";
import { SEARCH_DEFAULTS } from "../retrieval/retrieval-index.js";
import type { ThreadOptions } from "../threads.js";
import type { QuerySource } from "./query-vectors.js";

/** What evaluate measures, and how. */
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
  /**
   * Diffusion over global descriptors: neighbours in the graph, null for a hundredth of the images (5 to 50: the paper's
   * 50 on Oxford's 5,063); and nearest vectors of a query that it starts from.
   */
  k: number | null;
  kQuery: number;
  /** The same of diffusion over regions. Iscen et al. 2017 take 200 for both, on collections of 100,000 regions and more. */
  regionalK: number | null;
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
  k: null,
  kQuery: SEARCH_DEFAULTS.kQuery,
  regionalK: null,
  regionalKQuery: SEARCH_DEFAULTS.kQuery,
  seed: BOOTSTRAP_DEFAULTS.seed,
};

/** What evaluate may be given besides. */
export interface EvaluateExtras extends ThreadOptions {
  /** Where the collection's network is now, when it has moved, and what it runs on. */
  network?: NetworkOptions | undefined;
  /** Gives a query's image or activation map in place of its file: for collections of given maps, and maps kept. */
  querySource?: QuerySource | undefined;
}
