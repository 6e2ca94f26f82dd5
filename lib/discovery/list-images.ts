import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { dirname, extname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { invalid } from "../check.js";
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
  if (!status) throw new LeitmotifError("ERR_IMAGE", `there is no folder ${folder}: pass one that holds photos`);
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

/**
 * Lists the images of several folders as those of one: of the folder nearest to them that holds them all, from which
 * their paths start. An image that two of them hold is listed once.
 *
 * @throws {LeitmotifError} as {@link listImages}; `ERR_INVALID_ARGUMENT` when no folder holds them all.
 */
export async function listFolders(
  folders: readonly string[],
  options: { except?: string | undefined; signal?: AbortSignal | undefined } = {},
): Promise<Listing & { root: string }> {
  const absolute = folders.map((folder) => resolve(folder));
  const root = absolute.reduce(commonFolder);
  const images = new Set<string>();
  const ignored = new Set<string>();
  const skipped: Skipped[] = [];
  for (const folder of absolute) {
    const below = relative(root, folder).split(sep).join("/");
    const within = (path: string) => (below === "" ? path : `${below}/${path}`);
    const listing = await listImages(folder, options);
    for (const path of listing.images) images.add(within(path));
    for (const path of listing.ignored) ignored.add(within(path));
    skipped.push(...listing.skipped.map((skip) => ({ ...skip, path: within(skip.path) })));
  }
  return { root, images: [...images].sort(), ignored: [...ignored].sort(), skipped };
}

function commonFolder(a: string, b: string): string {
  for (let folder = a; ; folder = dirname(folder)) {
    const rest = relative(folder, b);
    if (rest.split(sep)[0] !== ".." && !isAbsolute(rest)) return folder;
    if (dirname(folder) === folder) throw invalid("folders", `on one drive, as ${a} is`, b);
  }
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
