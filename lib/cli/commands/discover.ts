import { type Command, Option } from "commander";
import type { Collection } from "../../collection/collection.js";
import { discover } from "../../discovery/discover.js";
import { DISCOVER_PRESETS, type DiscoverPreset, type ParameterOptions } from "../../discovery/parameters.js";
import { LeitmotifError } from "../../errors.js";
import type { Device } from "../../features/device.js";
import { IMAGE_DEFAULTS } from "../../features/image.js";
import type { ModelChoice } from "../../features/model.js";
import { MODEL_PRESETS, type ModelPreset } from "../../features/presets.js";
import { writeReport } from "../../report/write-report.js";
import { defined, numberList, parametersOf, wholeNumber } from "../arguments.js";
import { DISCOVER_PARAMETER_OPTIONS } from "../discover-options.js";
import { progress, type ProgressForm } from "../progress.js";
import { percentage } from "../percentage.js";
import type { Terminal } from "../terminal.js";
import { summary } from "../summary.js";

interface Given extends Record<string, unknown> {
  out: string;
  preset?: DiscoverPreset;
  model?: string;
  modelPreset?: ModelPreset;
  device?: Device;
  maxSide?: number;
  scales?: number[];
  maxPixels?: number;
  keepWork?: true;
  threads?: number;
  json?: true;
  quiet?: true;
  report: boolean;
}

export function addDiscover(program: Command, terminal: Terminal): void {
  const command = program
    .command("discover")
    .description("find what recurs in folders of images, and write a collection of it")
    .argument("<folders...>", "searched with all folders in them for images, which make one collection")
    .requiredOption("--out <collection>", "folder for the collection; an interrupted run in it is gone on with")
    .addOption(new Option("--preset <name>", "set of parameters to start from").choices(Object.keys(DISCOVER_PRESETS)))
    .option("--model <file>", "ONNX file of the network (default: the one that comes along)")
    .addOption(new Option("--model-preset <name>", "how to feed it").choices(Object.keys(MODEL_PRESETS)))
    .option("--device <name>", "where it runs: auto, cpu, webgpu, cuda, coreml, dml (default: auto)")
    .option("--max-side <pixels>", `longest side that it sees (default: ${IMAGE_DEFAULTS.maxSide})`, wholeNumber)
    .option(
      "--scales <factors>",
      "sizes at which it sees an image, with commas between; their maps are averaged",
      numberList,
    )
    .option("--max-pixels <count>", "larger images are skipped", wholeNumber)
    .addOption(
      new Option(
        "--keep-work",
        "keep what each image gave, so that the next run feeds the network what is new or has changed alone",
      ).helpGroup("Work files:"),
    )
    .option("--threads <count>", "threads to use (default: one a processor)", wholeNumber)
    .option("--json", "tell progress and result as JSON, a line each, on standard output")
    .option("--no-report", "write no page of what was found")
    .option("--quiet", "tell nothing but errors");
  for (const [heading, options] of Object.entries(DISCOVER_PARAMETER_OPTIONS)) {
    for (const { option } of options) command.addOption(option.helpGroup(heading));
  }
  command.action((folders: string[], given: Given) => run(folders, given, terminal));
}

async function run(folders: string[], given: Given, terminal: Terminal): Promise<void> {
  const { out, preset, device, maxSide, scales, maxPixels, keepWork, threads, json, quiet } = given;
  const form: ProgressForm = json ? "json" : quiet ? "none" : terminal.interactive ? "terminal" : "lines";
  const shown = progress(form, terminal);
  try {
    const collection = await discover(folders, {
      ...(parametersOf(given, Object.values(DISCOVER_PARAMETER_OPTIONS).flat()) as ParameterOptions),
      out,
      preset,
      keepWork,
      threads,
      extractor: defined({ model: modelChoice(given), device, maxSide, scales, maxPixels }),
      signal: terminal.signal,
      onProgress: shown.show,
    });
    shown.end();
    const page = given.report ? await pageOf(collection, given, terminal, form) : null;
    const { path, manifest } = collection;
    if (json) terminal.out(`${JSON.stringify({ type: "done", path, report: page, manifest })}\n`);
    else if (!quiet) {
      const lines = [...summary(collection), `written to ${path}`, page && `open ${page} to look at it`];
      terminal.out(`${lines.filter(Boolean).join("\n")}\n`);
    }
  } catch (error) {
    shown.end();
    if (!(error instanceof LeitmotifError) || error.code !== "ERR_ABORTED") throw error;
    const message = `stopped; what is done stays in ${out}, and the same command goes on from there`;
    throw new LeitmotifError("ERR_ABORTED", message, { cause: error });
  }
}

async function pageOf(
  collection: Collection,
  { threads }: Given,
  terminal: Terminal,
  form: ProgressForm,
): Promise<string> {
  const onProgress = form === "terminal" ? percentage(terminal, "report") : undefined;
  const { page } = await writeReport(collection, defined({ threads }), { signal: terminal.signal, onProgress });
  return page;
}

function modelChoice({ model, modelPreset }: Given): ModelChoice | undefined {
  return modelPreset ? { path: model ?? "default", preset: modelPreset } : model;
}
