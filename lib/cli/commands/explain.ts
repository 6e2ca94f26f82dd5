import { type Command, InvalidArgumentError } from "commander";
import { Collection } from "../../collection/collection.js";
import type { Manifest } from "../../collection/schema.js";
import { ActivationExtractor, type ExtractorOptions } from "../../features/activation-extractor.js";
import { type ExplanationOptions, writeExplanation } from "../../report/explain/write-explanation.js";
import { wholeNumber } from "../arguments.js";
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
    .option("--patch <x,y>", "look up the patch at a pixel (any number of times)", collect("x,y"), [])
    .option(
      "--box <x,y,width,height>",
      "look up a box in pixels (any number of times)",
      collect("x,y,width,height"),
      [],
    )
    .option("--out <file>", "the page (default: in the collection's folder explain)")
    .option("--source <folder>", "where the photos are now, when they have moved")
    .option("--model <file>", "where the network is now, when it has moved")
    .option("--threads <count>", "threads to use (default: one a processor)", wholeNumber)
    .action(async (folder: string, image: string, { patch, box, model, ...rest }: Given) => {
      const { signal } = terminal;
      const collection = await Collection.open(folder);
      const network = { ...extraction(collection.manifest), ...(model !== undefined && { model }) };
      await using extractor = await ActivationExtractor.open({ ...network, ...threads(rest) }, { signal });
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

/** How the run made activation maps; nothing of it in a collection of given maps. */
function extraction({ parameters }: Manifest): Partial<ExtractorOptions> {
  return parameters.extractor ?? {};
}

function threads({ threads: count }: Pick<Given, "threads">): { threads?: number } {
  return count === undefined ? {} : { threads: count };
}

/** Reads numbers with these names, separated by commas, one set for each time that the option is given. */
function collect(form: string) {
  const names = form.split(",");
  return (text: string, before: readonly Record<string, number>[]): Record<string, number>[] => {
    const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    if (values.length !== names.length || !values.every(Number.isFinite)) {
      throw new InvalidArgumentError(`It must be ${form}, in pixels.`);
    }
    return [...before, Object.fromEntries(names.map((name, i) => [name, values[i] as number]))];
  };
}
