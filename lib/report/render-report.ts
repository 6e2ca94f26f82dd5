import { copyFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkInteger, withDefaults } from "../check.js";
import { diskError } from "../collection/disk.js";
import type { RunOptions } from "../native.js";
import { threadCount } from "../threads.js";
import { REPORT_ASSETS } from "./assets.js";
import type { ReportModel } from "./model.js";
import { reportPage } from "./page.js";
import { FILES, writePictures } from "./pictures.js";
import { select } from "./selection.js";

/** What a report shows. */
export interface ReportOptions {
  /** At most this many photos are shown, those with found objects first. At least 0. Each takes some 60 KB of disk. */
  images: number;
}

/** Defaults of {@link ReportOptions}. */
export const REPORT_DEFAULTS: Readonly<ReportOptions> = { images: 1000 };

/** A report that was written. */
export interface WrittenReport {
  /** The page, to be opened from disk. */
  readonly page: string;
  /** How many photos could not be read: the page does without them and says so. */
  readonly missing: number;
}

/**
 * Writes a report: `index.html` in `folder`, and beside it the folder `report-files` with all it needs, which replaces
 * one of an earlier report. Nothing else in `folder` is touched. The page is written last, so that an interrupted run
 * leaves none.
 *
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` for options, `ERR_DISK` when a file cannot be written, `ERR_ABORTED`.
 */
export async function renderReport(
  model: ReportModel,
  folder: string,
  options?: Partial<ReportOptions> & { threads?: number | undefined },
  run: RunOptions = {},
): Promise<WrittenReport> {
  const { images } = withDefaults("report options", options, REPORT_DEFAULTS, ["threads"]);
  const selection = select(model, checkInteger("images", images, { min: 0 }));
  const threads = threadCount(options?.threads);
  const page = join(folder, "index.html");
  try {
    await rm(page, { force: true });
    await rm(join(folder, FILES), { recursive: true, force: true });
    await mkdir(join(folder, FILES), { recursive: true });
    for (const { name, path } of REPORT_ASSETS) await copyFile(path, join(folder, FILES, name));
    const missing = await writePictures(model, selection, folder, threads, run);
    await writeFile(`${page}.partial`, reportPage(model, selection, missing).toString());
    await rename(`${page}.partial`, page);
    return { page, missing: missing.size };
  } catch (error) {
    throw diskError(error, "written", folder);
  }
}
