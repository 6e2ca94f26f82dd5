import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { diskError } from "../collection/disk.js";
import type { Skipped } from "../collection/schema.js";
import { LeitmotifError, throwIfAborted } from "../errors.js";

/** Endings, in any case, of the files that are taken for images. */
export const IMAGE_ENDINGS: readonly string[] = [
  ".avif",
  ".gif",
  ".jfif",
  ".jpe",
  ".jpeg",
  ".jpg",
  ".png",
  ".tif",
  ".tiff",
  ".webp",
];

export interface Listing {
  /** Paths relative to the folder, with "/", in the order of their UTF-16 code units. */
  images: string[];
  /** The other files. */
  ignored: string[];
  /** Folders in it that cannot be listed. */
  skipped: Skipped[];
}

/**
 * Lists the images of a folder and all folders in it: the files that end in one of {@link IMAGE_ENDINGS}. Names that
 * begin with a dot are passed over, and so are links to folders (which could lead in circles) and the folder `except`.
 *
 * @throws {LeitmotifError} `ERR_IMAGE` when `folder` is missing or no folder, `ERR_DISK` when it cannot be listed.
 */
export async function listImages(
  folder: string,
  { except, signal }: { except?: string | undefined; signal?: AbortSignal | undefined } = {},
): Promise<Listing> {
  const status = await stat(folder).catch(() => undefined);
  if (!status) throw new LeitmotifError("ERR_IMAGE", `there is no folder ${folder}`);
  if (!status.isDirectory())
    throw new LeitmotifError("ERR_IMAGE", `${folder} is a file; name the folder that holds it`);

  const listing: Listing = { images: [], ignored: [], skipped: [] };
  const pending = [""];
  for (let prefix = pending.pop(); prefix !== undefined; prefix = pending.pop()) {
    throwIfAborted(signal);
    const path = join(folder, prefix);
    if (prefix !== "" && except !== undefined && resolve(path) === resolve(except)) continue;
    for (const entry of await entriesOf(path, prefix, listing.skipped)) {
      if (entry.name.startsWith(".")) continue;
      const name = prefix + entry.name;
      if (entry.isDirectory()) pending.push(`${name}/`);
      else if (IMAGE_ENDINGS.includes(extname(entry.name).toLowerCase())) listing.images.push(name);
      else listing.ignored.push(name);
    }
  }
  listing.images.sort();
  listing.ignored.sort();
  return listing;
}

async function entriesOf(path: string, prefix: string, skipped: Skipped[]): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    const failure = diskError(error, "listed", path);
    if (prefix === "") throw failure;
    skipped.push({ path: prefix, code: failure.code, reason: failure.message });
    return [];
  }
}
