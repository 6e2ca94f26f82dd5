import { type Command, Option } from "commander";
import { join } from "node:path";
import { type Figure, figuresOf, type SweptMap } from "../../benchmark/sweep/curves.js";
import { sweep, type SweptParameter } from "../../benchmark/sweep/sweep.js";
import { invalid } from "../../check.js";
import { writeAtomically } from "../../collection/atomic-file.js";
import { DISCOVER_PRESETS, type DiscoverPreset } from "../../discovery/parameters.js";
import { type Protocol, PROTOCOLS, readGroundTruth } from "../../evaluation/ground-truth/protocols.js";
import type { Device } from "../../features/device.js";
import { MODEL_PRESETS, type ModelPreset } from "../../features/presets.js";
import { renderSweep } from "../../report/sweep/write-sweep.js";
import { VERSION } from "../../version.js";
import { defined, list, numberList, wholeNumber } from "../arguments.js";
import { DISCOVER_PARAMETER_OPTIONS, parameterOf } from "../discover-options.js";
import { percentage } from "../percentage.js";
import { table } from "../table.js";
import type { Terminal } from "../terminal.js";

interface Given {
  protocol: Protocol;
  groundTruth: string;
  parameter: string;
  values: readonly number[];
  out: string;
  methods: readonly string[];
  diffusion?: boolean;
  queriesFrom?: string;
  allowMissing?: true;
  preset?: DiscoverPreset;
  model?: string;
  modelPreset?: ModelPreset;
  device?: Device;
  maxSide?: number;
  scales?: number[];
  threads?: number;
}

/** The methods of Figures 5 to 7. */
const METHODS = ["FS.EGM", "OS.EGM"];

/** Parameters that both maps have: drawn together, each map's curves from its own. */
const OF_BOTH_MAPS = ["rho", "tau", "sigma"];

export function addSweep(program: Command, terminal: Terminal): void {
  program
    .command("sweep")
    .description("measure what a parameter of the method does, and draw it (docs/benchmark.md)")
    .argument("<photos>", "searched with all folders in it for images")
    .addOption(new Option("--protocol <name>", "how rankings are judged").choices(PROTOCOLS).makeOptionMandatory())
    .requiredOption("--ground-truth <path>", "file or folder that says what should be found (docs/ground-truth.md)")
    .requiredOption(
      "--parameter <name>",
      "one of discover's that is a number, as it is called there (fs-rho, os-tau, k, beta, patch-side, Theta, theta, " +
        "...); rho, tau or sigma: of both maps, in one figure",
    )
    .requiredOption("--values <numbers>", "values that it takes, with commas between", numberList)
    .requiredOption(
      "--out <folder>",
      "folder for the figures, and for activation maps, which the next sweep uses again",
    )
    .option("--methods <names>", "methods to measure, with commas between", list, METHODS)
    .option("--no-diffusion", "measure nothing with diffusion")
    .option("--queries-from <folder>", "where query images lie that are not among the photos")
    .option("--allow-missing", "evaluate on the images that are there, where the ground truth names others")
    .addOption(new Option("--preset <name>", "the other parameters").choices(Object.keys(DISCOVER_PRESETS)))
    .option("--model <file>", "ONNX file of the network (default: the one that comes along)")
    .addOption(new Option("--model-preset <name>", "how to feed it").choices(Object.keys(MODEL_PRESETS)))
    .option("--device <name>", "where it runs: cpu, webgpu, cuda, ...")
    .option("--max-side <pixels>", "longest side that it sees", wholeNumber)
    .option(
      "--scales <factors>",
      "sizes at which it sees an image, with commas between; their maps are averaged",
      numberList,
    )
    .option("--threads <count>", "threads to use (default: one a processor)", wholeNumber)
    .action((photos: string, given: Given) => run(photos, given, terminal));
}

async function run(photos: string, given: Given, terminal: Terminal): Promise<void> {
  const { protocol, groundTruth, parameter, values, out, methods, queriesFrom, allowMissing } = given;
  const { preset, model, modelPreset, device, maxSide, scales, threads } = given;
  const asked = sweptParameters(parameter, methods);
  const truth = await readGroundTruth(protocol, groundTruth);
  const chosen = modelPreset ? { path: model ?? "default", preset: modelPreset } : model;
  const sweeps = [];
  for (const [i, { path, map, of }] of asked.entries()) {
    const told = percentage(terminal, "sweep");
    const result = await sweep(
      photos,
      {
        parameter: path,
        ...{ values, protocol, truth, out, threads, preset },
        evaluation: {
          ...defined({ queriesFrom, allowMissing }),
          methods: of,
          ...(given.diffusion === false && { diffusion: [false] }),
        },
        extractor: defined({ model: chosen, device, maxSide, scales }),
      },
      { signal: terminal.signal, onProgress: told && ((fraction) => told((i + fraction) / asked.length)) },
    );
    sweeps.push({ sweep: result, map });
  }
  const figures = figuresOf(sweeps);
  const { html, svgs } = await renderSweep({ parameter, photos, groundTruth }, figures);
  const base = join(out, parameter);
  const document = {
    leitmotif: VERSION,
    parameter,
    photos,
    protocol,
    groundTruth,
    sweeps: sweeps.map(({ sweep }) => sweep),
  };
  await writeAtomically(`${base}.json`, [Buffer.from(`${JSON.stringify(document, null, 1)}\n`)]);
  for (const [i, { measure }] of figures.entries()) {
    await writeAtomically(`${base}-${measure.replace(/\W+/g, "-")}.svg`, [Buffer.from(svgs[i] as string)]);
  }
  await writeAtomically(`${base}.html`, [Buffer.from(html)]);
  terminal.out(
    `${figures
      .flatMap((figure) => ["", ...text(figure, parameter)])
      .slice(1)
      .join("\n")}\n`,
  );
  terminal.out(`figures and all measures: ${base}.html, .json, .svg\n`);
}

/** The parameters behind a name, and the methods and the map that each is drawn for. */
function sweptParameters(
  name: string,
  methods: readonly string[],
): { path: SweptParameter; map: SweptMap; of: readonly string[] }[] {
  if (!OF_BOTH_MAPS.includes(name)) return [{ path: parameterPath(name), map: null, of: methods }];
  return (["FS", "OS"] as const).flatMap((map) => {
    const of = methods.filter((method) => method.startsWith(`${map}.`));
    return of.length > 0 ? [{ path: parameterPath(`${map.toLowerCase()}-${name}`), map, of }] : [];
  });
}

function parameterPath(name: string): SweptParameter {
  const found = parameterOf(name);
  if (found) return found;
  const options = Object.values(DISCOVER_PARAMETER_OPTIONS).flat();
  const known = options.flatMap(({ option, path }) => (path[1] === undefined ? [] : [option.long?.slice(2)]));
  throw invalid("--parameter", `one of ${[...OF_BOTH_MAPS, ...known].join(", ")}`, name);
}

function text({ measure, curves }: Figure, parameter: string): string[] {
  const values = curves[0]?.points.map(({ value }) => String(value)) ?? [];
  const rows = curves.map(({ name, diffusion, points }) => [
    diffusion ? `${name} with diffusion` : name,
    ...points.map(({ y }) => (100 * y).toFixed(1)),
  ]);
  return [`${measure}, %`, ...table([[parameter, ...values], ...rows])];
}
