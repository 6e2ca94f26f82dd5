import { invalid } from "../check.js";
import { LeitmotifError } from "../errors.js";
import type { FirstValue } from "./first-pass.js";
import type { RecordStore } from "./record-store.js";
import type { Source } from "./source.js";

/** How much the first pass has made. */
export interface Survey {
  images: number;
  regions: number;
  cells: number;
  channels: number;
}

/**
 * Counts what the first pass left, and refuses what nothing can be discovered in.
 *
 * @throws {LeitmotifError} `ERR_IMAGE` when no image could be used or none has a region, `ERR_INVALID_ARGUMENT` when maps
 *   differ in their channels.
 */
export async function survey(
  paths: readonly string[],
  store: RecordStore<FirstValue>,
  source: Source,
): Promise<Survey> {
  if (paths.length === 0) throw noImage(source);
  const result: Survey = { images: paths.length, regions: 0, cells: 0, channels: 0 };
  for (const path of paths) {
    const { map, channels, regions } = (await store.read(path, [])).value;
    result.channels ||= channels;
    if (channels !== result.channels) {
      throw invalid(`channels of ${JSON.stringify(path)}`, `${result.channels}, as those of the first map`, channels);
    }
    result.regions += regions.length;
    result.cells += map.width * map.height;
  }
  if (result.regions > 0) return result;
  throw new LeitmotifError(
    "ERR_IMAGE",
    `no region stands out in any of ${paths.length} images: they are blank to this network; choose others, or another ` +
      "network",
  );
}

export function noImage({ folder, skipped, ignored }: Pick<Source, "folder" | "skipped" | "ignored">): LeitmotifError {
  const where = folder ?? "the given maps";
  const [first] = skipped;
  const message = first
    ? `none of the ${skipped.length} images of ${where} can be used; the first, ${first.path}: ${first.reason}`
    : `there is no image in ${where}${ignored.length > 0 ? ` (${ignored.length} other files were ignored)` : ""}`;
  return new LeitmotifError("ERR_IMAGE", message);
}
