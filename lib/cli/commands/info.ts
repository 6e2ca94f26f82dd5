import type { Command } from "commander";
import { Collection } from "../../collection/collection.js";
import { summary } from "../summary.js";
import type { Terminal } from "../terminal.js";

export function addInfo(program: Command, terminal: Terminal): void {
  program
    .command("info")
    .description("say what a collection holds and how it was made")
    .argument("<collection>", "folder that discover wrote")
    .option("--json", "print its manifest")
    .action(async (folder: string, options: { json?: true }) => {
      const collection = await Collection.open(folder);
      terminal.out(
        options.json ? `${JSON.stringify(collection.manifest, null, 2)}\n` : `${summary(collection).join("\n")}\n`,
      );
    });
}
