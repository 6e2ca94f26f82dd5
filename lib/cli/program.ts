import { Command, CommanderError, Option } from "commander";
import { LeitmotifError, messageOf } from "../errors.js";
import { VERSION } from "../version.js";
import { addDiscover } from "./commands/discover.js";
import { addEvaluate } from "./commands/evaluate.js";
import { addExplain } from "./commands/explain.js";
import { addGenerate } from "./commands/generate.js";
import { addInfo } from "./commands/info.js";
import { addModel } from "./commands/model.js";
import { addReport } from "./commands/report.js";
import { addSearch } from "./commands/search.js";
import { EXIT, exitCode } from "./exit-codes.js";
import { addSweep } from "./commands/sweep.js";
import type { Terminal } from "./terminal.js";

/** Adds a command to the program. Each stands in a file of its own under commands/. */
export type AddCommand = (program: Command, terminal: Terminal) => void;

const COMMANDS: readonly AddCommand[] = [
  addDiscover,
  addSearch,
  addReport,
  addExplain,
  addEvaluate,
  addSweep,
  addInfo,
  addModel,
  addGenerate,
];

/** Runs a command line and gives the exit code; errors are told on `terminal.err` as one sentence with their code. */
export async function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command("leitmotif")
    .description("Finds the objects that recur in an image collection, and makes it searchable by them.")
    .version(VERSION)
    .showHelpAfterError("(add --help for the command's options)")
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .exitOverride();
  for (const add of COMMANDS) add(program, terminal);
  addDebug(program);
  try {
    await program.parseAsync(argv, { from: "user" });
    return EXIT.done;
  } catch (error) {
    // Commander has told its own errors already; help and version are its errors too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    terminal.err(`${describe(error, argv.includes("--debug"))}\n`);
    return error instanceof LeitmotifError ? exitCode(error.code) : EXIT.defect;
  }
}

/** Every command takes --debug; it is read where errors are told. */
function addDebug(command: Command): void {
  command.addOption(new Option("--debug", "with an error, show where it came from"));
  command.commands.forEach(addDebug);
}

function describe(error: unknown, debug: boolean): string {
  const code = error instanceof LeitmotifError ? error.code : "ERR_INTERNAL";
  const lines = [`leitmotif: ${messageOf(error)} (${code})`];
  for (let cause = error; debug && cause instanceof Error; cause = cause.cause) lines.push(cause.stack ?? "");
  return lines.join("\n");
}
