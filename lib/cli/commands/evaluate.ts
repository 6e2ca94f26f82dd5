import { type Command, Option } from "commander";
import { evaluate } from "../../benchmark/evaluate.js";
import { EVALUATE_DEFAULTS } from "../../benchmark/options.js";
import { evaluationJson } from "../../benchmark/evaluation-json.js";
import { writeAtomically } from "../../collection/atomic-file.js";
import { Collection } from "../../collection/collection.js";
import { type Protocol, PROTOCOLS, readGroundTruth } from "../../evaluation/ground-truth/protocols.js";
import type { Device } from "../../features/device.js";
import { evaluationHtml } from "../../report/evaluation/write-evaluation.js";
import { defined, wholeNumber } from "../arguments.js";
import { evaluationText } from "../evaluation-text.js";
import { percentage } from "../percentage.js";
import type { Terminal } from "../terminal.js";

interface Given {
  protocol: Protocol;
  groundTruth: string;
  methods?: readonly string[];
  diffusion?: boolean;
  queriesFrom?: string;
  distractors?: readonly string[];
  allowMissing?: true;
  source?: string;
  model?: string;
  device?: Device;
  seed: number;
  k?: number;
  kQuery?: number;
  regionalK?: number;
  regionalKQuery?: number;
  threads?: number;
  json?: string;
  html?: string;
}

const split = (text: string) => text.split(",").map((part) => part.trim());

export function addEvaluate(program: Command, terminal: Terminal): void {
  program
    .command("evaluate")
    .description("measure all methods of a collection against ground truth: a table over them (docs/evaluation.md)")
    .argument("<collection>", "folder that discover wrote")
    .addOption(new Option("--protocol <name>", "how rankings are judged").choices(PROTOCOLS).makeOptionMandatory())
    .requiredOption("--ground-truth <path>", "file or folder that says what should be found (docs/ground-truth.md)")
    .option("--methods <names>", "those to measure, with commas between (default: all)", split)
    .option("--no-diffusion", "measure nothing with diffusion")
    .option("--queries-from <folder>", "where query images lie that are not in the collection")
    .option("--distractors <folders>", "folders of the collection that are searched beside the listed images", split)
    .option("--allow-missing", "evaluate on the images that are there, where the ground truth names others")
    .option("--source <folder>", "where the photos are now, when they have moved")
    .option("--model <file>", "where the network is now, when it has moved")
    .option("--device <name>", "where it runs: cpu, webgpu, cuda, ...")
    .option(
      "--k <count>",
      "neighbours in the graph of diffusion (default: a hundredth of the images, 5 to 50)",
      wholeNumber,
    )
    .option(
      "--k-query <count>",
      `nearest images that it starts from (default: ${EVALUATE_DEFAULTS.kQuery})`,
      wholeNumber,
    )
    .option("--regional-k <count>", "the same over regions (default: as many)", wholeNumber)
    .option("--regional-k-query <count>", `the same (default: ${EVALUATE_DEFAULTS.regionalKQuery})`, wholeNumber)
    .option("--seed <number>", "of the bootstrap", wholeNumber, EVALUATE_DEFAULTS.seed)
    .option("--threads <count>", "threads to use (default: one a processor)", wholeNumber)
    .option("--json <file>", "write all measures as JSON")
    .option("--html <file>", "write a page of them")
    .action((folder: string, given: Given) => run(folder, given, terminal));
}

async function run(folder: string, given: Given, terminal: Terminal): Promise<void> {
  const { protocol, groundTruth, json, html, seed, threads, model, device, diffusion } = given;
  const { methods, queriesFrom, distractors, allowMissing, source, k, kQuery, regionalK, regionalKQuery } = given;
  const { signal } = terminal;
  const collection = await Collection.open(folder);
  const truth = await readGroundTruth(protocol, groundTruth);
  const evaluation = await evaluate(
    collection,
    protocol,
    truth,
    {
      ...defined({ methods, queriesFrom, distractors, allowMissing, source, threads }),
      ...defined({ k, kQuery, regionalK, regionalKQuery }),
      diffusion: diffusion === false ? [false] : EVALUATE_DEFAULTS.diffusion,
      seed,
      network: defined({ model, device, threads }),
    },
    { signal, onProgress: percentage(terminal, "evaluation") },
  );
  terminal.out(`${evaluationText(evaluation).join("\n")}\n`);
  const document = evaluationJson(evaluation, collection, groundTruth, { seed });
  if (json !== undefined) await writeAtomically(json, [Buffer.from(`${JSON.stringify(document, null, 1)}\n`)]);
  if (html !== undefined) await writeAtomically(html, [Buffer.from(await evaluationHtml(document))]);
}
