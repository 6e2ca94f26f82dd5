import { join, resolve } from "node:path";
import type { Collection } from "../collection/collection.js";
import type { ImageRecord } from "../collection/schema.js";
import { listImages } from "../discovery/list-images.js";
import { LeitmotifError } from "../errors.js";
import { ImageNames } from "../evaluation/ground-truth/image-names.js";
import type { ResolvedQuery } from "../evaluation/ground-truth/resolve.js";
import type { RunOptions } from "../native.js";
import type { Query } from "../search/query-describer.js";

/** Where the images of queries lie: in the collection's folder, or in a folder of their own. */
export class QueryFiles {
  readonly #images: readonly ImageRecord[];
  readonly #source: string;
  readonly #folder: string | undefined;
  readonly #paths: readonly string[];
  readonly #names: ImageNames;

  private constructor(collection: Collection, source: string, folder: string | undefined, paths: readonly string[]) {
    this.#images = collection.images;
    this.#source = source;
    this.#folder = folder;
    this.#paths = paths;
    this.#names = new ImageNames(paths, folder && resolve(folder));
  }

  /** @param folder of query images that are not in the collection. */
  static async open(
    collection: Collection,
    source: string | undefined,
    folder: string | undefined,
    { signal }: RunOptions,
  ): Promise<QueryFiles> {
    const paths = folder === undefined ? [] : (await listImages(folder, { signal })).images;
    return new QueryFiles(collection, source ?? collection.manifest.source ?? collection.path, folder, paths);
  }

  /** Whether the folder of query images holds one by that name. */
  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  query({ image, box }: ResolvedQuery): Query {
    if (typeof image === "number")
      return { image: resolve(this.#source, (this.#images[image] as ImageRecord).path), box };
    return { image: join(this.#folder as string, this.#find(image) as string), box };
  }

  #find(name: string): string | undefined {
    const found = this.#names.find(name);
    if (typeof found !== "object") return found === undefined ? undefined : this.#paths[found];
    throw new LeitmotifError(
      "ERR_GROUND_TRUTH",
      `${JSON.stringify(name)} fits ${found.length} query images of ${this.#folder} (${found.slice(0, 2).join(", ")}): ` +
        "name it with its folder",
    );
  }
}
