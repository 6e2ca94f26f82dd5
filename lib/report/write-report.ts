import { join } from "node:path";
import type { Collection } from "../collection/collection.js";
import type { RunOptions } from "../native.js";
import { reportModel } from "./from-collection.js";
import { renderReport, type ReportOptions, type WrittenReport } from "./render-report.js";

/** Options of {@link writeReport}. */
export interface WriteReportOptions extends ReportOptions {
  /** Folder of the page. The collection's own, `report` in it, if not given. */
  out: string;
  /** Folder that the photos' paths start from, when they have moved. The one that the run read, if not given. */
  source: string;
  /** How many photos are worked on at a time. */
  threads: number;
}

/**
 * Writes the report of a collection, a page that opens from disk: found objects as galleries of crops, photos with both
 * saliency maps and their boxes, and how the run went. Photos are read again for it; those that are gone are left out.
 *
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` for options, `ERR_COLLECTION_CORRUPT`, `ERR_DISK`, `ERR_ABORTED`.
 */
export async function writeReport(
  collection: Collection,
  options: Partial<WriteReportOptions> = {},
  run: RunOptions = {},
): Promise<WrittenReport> {
  const { out = join(collection.path, "report"), source, ...rest } = options;
  return renderReport(await reportModel(collection, source, run), out, rest, run);
}
