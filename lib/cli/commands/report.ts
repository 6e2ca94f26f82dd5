import type { Command } from "commander";
import { Collection } from "../../collection/collection.js";
import { REPORT_DEFAULTS } from "../../report/render-report.js";
import { writeReport, type WriteReportOptions } from "../../report/write-report.js";
import { wholeNumber } from "../arguments.js";
import { percentage } from "../percentage.js";
import type { Terminal } from "../terminal.js";

export function addReport(program: Command, terminal: Terminal): void {
  program
    .command("report")
    .description("write a page that shows what was found in a collection; it opens from disk")
    .argument("<collection>", "folder that discover wrote")
    .option("--out <folder>", "where the page goes (default: report in the collection)")
    .option(
      "--images <count>",
      `photos to show, those with objects first (default: ${REPORT_DEFAULTS.images})`,
      wholeNumber,
    )
    .option("--source <folder>", "where the photos are now, when they have moved")
    .option("--threads <count>", "threads to use (default: one a processor)", wholeNumber)
    .action(async (folder: string, options: Partial<WriteReportOptions>) => {
      const run = { signal: terminal.signal, onProgress: percentage(terminal, "photos") };
      const { page, missing } = await writeReport(await Collection.open(folder), options, run);
      if (missing > 0) terminal.err(`${missing} photos are not where they were; the page does without them\n`);
      terminal.out(`${page}\n`);
    });
}
