import type { Command } from "commander";
import { Collection } from "../../collection/collection.js";
import { openNetworkOf } from "../../collection/network.js";
import { type ExplanationOptions, writeExplanation } from "../../report/explain/write-explanation.js";
import { defined, numbers, wholeNumber } from "../arguments.js";
import type { Terminal } from "../terminal.js";

interface Given {
  patch: ExplanationOptions["points"];
  box: ExplanationOptions["boxes"];
  out?: string;
  source?: string;
  model?: string;
  threads?: number;
}

export function addExplain(program: Command, terminal: Terminal): void {
  program
    .command("explain")
    .description("write a page that shows why an image has its saliency maps and regions")
    .argument("<collection>", "folder that discover wrote")
    .argument("<image>", "its path, as the collection has it or as a file")
    .option("--patch <x,y>", "look up the patch at a pixel (any number of times)", numbers("x,y"), [])
    .option(
      "--box <x,y,width,height>",
      "look up a box in pixels (any number of times)",
      numbers("x,y,width,height"),
      [],
    )
    .option("--out <file>", "the page (default: in the collection's folder explain)")
    .option("--source <folder>", "where the photos are now, when they have moved")
    .option("--model <file>", "where the network is now, when it has moved")
    .option("--threads <count>", "threads to use (default: one a processor)", wholeNumber)
    .action(async (folder: string, image: string, { patch, box, model, ...rest }: Given) => {
      const { signal } = terminal;
      const collection = await Collection.open(folder);
      await using extractor = await openNetworkOf(collection, defined({ model, threads: rest.threads }), { signal });
      const page = await writeExplanation(
        collection,
        image,
        extractor,
        { ...rest, points: patch, boxes: box },
        { signal },
      );
      terminal.out(`${page}\n`);
    });
}
