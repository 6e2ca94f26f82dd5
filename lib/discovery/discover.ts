import { checkBoolean, checkString, invalid } from "../check.js";
import type { Collection } from "../collection/collection.js";
import { ActivationExtractor, EXTRACTOR_DEFAULTS, type ExtractorOptions } from "../features/activation-extractor.js";
import { threadCount } from "../threads.js";
import { discoverInto } from "./discover-into.js";
import type { DiscoverMapsOptions } from "./discover-maps.js";
import { listFolders } from "./list-images.js";
import { resolveParameters } from "./parameters.js";
import { Photos } from "./photos.js";
import { reextraction } from "./reextract.js";
import { rehearse } from "./rehearse.js";
import { RunContext } from "./run-context.js";
import { folderSource, type GivenMap, mapSource } from "./source.js";
import { noImage } from "./survey.js";
import { chooseWhitening } from "./whitening-lessons.js";
import { Workspace } from "./workspace.js";

export interface DiscoverOptions extends DiscoverMapsOptions {
  /** Folder that the collection is written to; made where it is missing. */
  out: string;
  /** How activation maps are made of images; see {@link ActivationExtractor.open}. Not for given maps. */
  extractor?: Partial<Omit<ExtractorOptions, "threads">> | undefined;
  /**
   * Whether what was made of each image stays in `out` (activation maps foremost, 60 to 100 KB an image), so that the next
   * run feeds the network what is new or has changed alone. Without, a finished run leaves the collection only. Default
   * false.
   */
  keepWork?: boolean | undefined;
}

/**
 * The whole path: from a folder of images (or from activation maps) to a collection on disk.
 *
 * An image that cannot be used is named in the manifest, and the run goes on. A run that was stopped or killed at any
 * moment leaves in `out` what it had done: the same call again goes on after the last finished image. Images that
 * changed meanwhile, and all that other options bear upon, are done anew. A collection that `out` held before stays
 * until the new one takes its place. Memory is bounded but for the vectors of the regions.
 *
 * @param source A folder, searched with all folders in it for images; several, whose images make one collection with
 *   paths from the folder that holds them all; or maps.
 * @throws {LeitmotifError} `ERR_IMAGE` when no image can be used, `ERR_MODEL`, `ERR_INVALID_ARGUMENT` for a wrong option,
 *   `ERR_COLLECTION` when `out` holds something else or is being written, `ERR_COLLECTION_VERSION`, `ERR_DISK`,
 *   `ERR_ABORTED`.
 */
export async function discover(
  source: string | readonly string[] | Iterable<GivenMap> | AsyncIterable<GivenMap>,
  {
    out,
    extractor: extraction,
    keepWork = false,
    preset = "default",
    signal,
    onProgress,
    threads,
    ...options
  }: DiscoverOptions,
): Promise<Collection> {
  checkString("out", out);
  checkBoolean("keepWork", keepWork);
  const folders = foldersOf(source);
  const resolved = resolveParameters(preset, options);
  const context = new RunContext(signal, onProgress, threadCount(threads));
  await rehearse(resolved);

  if (!folders) {
    if (resolved.maps !== "keep") throw invalid("maps", '"keep" where activation maps are given', resolved.maps);
    const { parameters, given } = await chooseWhitening(resolved, 0);
    const workspace = await Workspace.open(out);
    try {
      const maps = mapSource(source as Iterable<GivenMap>);
      return await discoverInto(workspace, maps, { ...parameters }, context, { given }, keepWork);
    } finally {
      await workspace.close();
    }
  }

  const listing = await listFolders(folders, { except: out, signal });
  if (listing.images.length === 0) throw noImage({ folder: folders.join(" and "), ...listing });
  const { parameters, given } = await chooseWhitening(resolved, listing.images.length);
  const workspace = await Workspace.open(out);
  try {
    await using extractor = await ActivationExtractor.openWithin(context.budget, extraction, { signal });
    onProgress?.({ type: "device", ...extractor.device });
    const images = folderSource(listing.root, listing, extractor);
    const reextract = parameters.maps === "keep" ? undefined : reextraction(listing.root, extractor, context);
    const lessons = { given, photos: new Photos(listing.root, extractor), reextract };
    const recorded = { ...parameters, extractor: { ...EXTRACTOR_DEFAULTS, ...extraction } };
    return await discoverInto(workspace, images, recorded, context, lessons, keepWork);
  } finally {
    await workspace.close();
  }
}

/** The folders of a source that names any; a list is one of folders when it holds nothing else. */
function foldersOf(source: unknown): string[] | undefined {
  if (typeof source === "string") return [checkString("folder", source)];
  const named = Array.isArray(source) && source.length > 0 && source.every((item) => typeof item === "string");
  return named ? source.map((folder, i) => checkString(`folders[${i}]`, folder)) : undefined;
}
