import { basename, join } from "node:path";
import type { Collection } from "../../collection/collection.js";
import type { ImageRecord } from "../../collection/schema.js";
import type { RunOptions } from "../../native.js";
import type { Query } from "../../search/query-describer.js";
import type { SearchResult } from "../../search/result.js";
import { threadCount } from "../../threads.js";
import { pageStyle } from "../assets.js";
import { concurrently } from "../concurrently.js";
import { Photo } from "../photo.js";
import { savePage } from "../save-page.js";
import { searchPage } from "./page.js";

/** Where the page goes, and what it is made of. */
export interface SearchPageOptions {
  /** The page. */
  out: string;
  /** Folder that the photos' paths start from, when they have moved. */
  source?: string | undefined;
  /** How many photos are read at a time. */
  threads?: number | undefined;
}

/**
 * Writes a page of a search: the query with its boxes and the results with theirs. It is one file that holds all it
 * needs; photos that are gone are left out.
 *
 * @param query What was searched for, as it was given to `CollectionSearch.search`.
 * @throws {LeitmotifError} `ERR_DISK`, `ERR_ABORTED`.
 */
export async function writeSearchPage(
  collection: Collection,
  query: readonly Query[],
  result: SearchResult,
  options: SearchPageOptions,
  run: RunOptions = {},
): Promise<void> {
  const { images, manifest, path } = collection;
  const source = options.source ?? manifest.source ?? path;
  const records = result.hits.map(({ image }) => images[image] as ImageRecord);
  const pictures: (Buffer | undefined)[] = records.map(() => undefined);
  await concurrently(
    records,
    threadCount(options.threads),
    async (record, i) => {
      const photo = await Photo.open(join(source, record.path), record);
      pictures[i] = await photo?.shown();
    },
    run,
  );
  const parts = await Promise.all(
    query.map(async ({ image }, i) => {
      const size = result.query[i]?.image;
      if (typeof image !== "string" || !size) return { name: `query ${i + 1}`, picture: undefined };
      return { name: basename(image), picture: await (await Photo.open(image, size))?.shown() };
    }),
  );
  const title = basename(manifest.source ?? path) || "collection";
  const page = {
    title,
    result,
    query: parts,
    pictures,
    sizes: records.map(({ width, height }) => ({ width, height })),
  };
  await savePage(options.out, searchPage(page, await pageStyle("search.css")));
}
