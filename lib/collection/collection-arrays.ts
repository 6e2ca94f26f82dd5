import { join } from "node:path";
import type { Matrix } from "../descriptors/matrix.js";
import { Whitening } from "../descriptors/whitening.js";
import { RegionGraph } from "../graph/region-graph.js";
import type { RunOptions } from "../native.js";
import type { RegionModel } from "../object-saliency/region-model.js";
import { ArrayReader } from "./array-file.js";
import type { Written } from "./atomic-file.js";
import { isMissing } from "./disk.js";
import { corrupt } from "./fields.js";
import type { ArrayOf, DType } from "./npy.js";
import { arrayFile, arraySpecs, type Counts } from "./schema.js";

type Signal = Pick<RunOptions, "signal">;

/** What a collection knows of its regions, and of which image each is. */
export type OwnedRegionModel = RegionModel & { readonly owner: Int32Array };

/** The finished files of a data folder, by name. */
export interface DataFiles {
  folder: string;
  counts: Counts;
  files: Readonly<Record<string, Written>>;
}

/** A file that the manifest names must be there. */
export async function member<T>(
  { folder, files }: DataFiles,
  name: string,
  read: (path: string, written: Written) => Promise<T>,
): Promise<T> {
  const path = join(folder, name);
  const written = files[name];
  if (!written) throw corrupt(path, "is not in the manifest");
  try {
    return await read(path, written);
  } catch (error) {
    if (isMissing((error as Error).cause)) throw corrupt(path, "is missing", error);
    throw error;
  }
}

/** The arrays of a data folder. Opening them checks type, shape and size of each; reading one, its hash and values. */
export class CollectionArrays {
  readonly #counts: Counts;
  readonly #readers: ReadonlyMap<string, ArrayReader>;

  private constructor(counts: Counts, readers: ReadonlyMap<string, ArrayReader>) {
    this.#counts = counts;
    this.#readers = readers;
  }

  /** Opens the arrays that the files hold; those in `required` must be among them. */
  static async open(
    data: DataFiles,
    descriptors: readonly string[],
    required: readonly string[],
  ): Promise<CollectionArrays> {
    const readers = new Map<string, ArrayReader>();
    for (const [name, spec] of arraySpecs(descriptors)) {
      const file = arrayFile(name);
      if (!required.includes(name) && !(file in data.files)) continue;
      readers.set(
        name,
        await member(data, file, (path, written) => ArrayReader.open(path, spec, data.counts, written)),
      );
    }
    return new CollectionArrays(data.counts, readers);
  }

  read<D extends DType>(name: string, dtype: D, run?: Signal): Promise<ArrayOf<D>> {
    return this.#reader(name).read(dtype, run);
  }

  slice<D extends DType>(name: string, dtype: D, from: number, to: number): Promise<ArrayOf<D>> {
    return this.#reader(name).slice(dtype, from, to);
  }

  async matrix(name: string, rows: number, columns: number, run?: Signal): Promise<Matrix> {
    return { data: await this.read(name, "<f4", run), rows, columns };
  }

  async regionModel(run?: Signal): Promise<OwnedRegionModel> {
    const { regions, dimensions } = this.#counts;
    return {
      vectors: await this.matrix("region-vectors", regions, dimensions, run),
      saliency: await this.read("region-saliency", "<f4", run),
      centrality: await this.read("region-centrality", "<f4", run),
      whitening: await this.whitening(run),
      owner: await this.read("region-owner", "<i4", run),
    };
  }

  async whitening(run?: Signal): Promise<Whitening> {
    const { dimensions, channels } = this.#counts;
    return new Whitening({
      mean: await this.read("whitening-mean", "<f4", run),
      projection: await this.matrix("whitening-projection", dimensions, channels, run),
    });
  }

  async graph(run?: Signal): Promise<RegionGraph> {
    const { regions } = this.#counts;
    const adjacency = {
      indptr: Int32Array.from(await this.read("graph-indptr", "<i8", run), Number),
      indices: await this.read("graph-indices", "<i4", run),
      data: await this.read("graph-data", "<f4", run),
      rows: regions,
      columns: regions,
    };
    return RegionGraph.fromAdjacency(adjacency, {}, { signal: run?.signal });
  }

  #reader(name: string): ArrayReader {
    return this.#readers.get(name) as ArrayReader;
  }
}
