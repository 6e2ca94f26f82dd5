import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { invalid } from "../../check.js";
import { Collection } from "../../collection/collection.js";
import { findImage } from "../../collection/find-image.js";
import type { PixelBox } from "../../regions/pixel-box.js";
import { writeSearchPage } from "../../report/search/write-search-page.js";
import { CollectionSearch } from "../../search/collection-search.js";
import { methodFor, QUERY_DEFAULTS } from "../../search/options.js";
import { REGIONS } from "../../search/query-pooling.js";
import { defined, numbers, wholeNumber } from "../arguments.js";
import { percentage } from "../percentage.js";
import { describeSearch } from "../search-lines.js";
import type { Terminal } from "../terminal.js";

interface Given {
  box: PixelBox[];
  top: number;
  method?: string;
  expand: boolean;
  occurrences?: true;
  explain?: true;
  json?: true;
  html?: string;
  source?: string;
  model?: string;
  threads?: number;
}

export function addSearch(program: Command, terminal: Terminal): void {
  program
    .command("search")
    .description("find the photos of a collection that show what an image, or a box of it, shows")
    .argument("<collection>", "folder that discover wrote")
    .argument("<image...>", "image files, or paths as the collection has them; several show one object")
    .option(
      "--box <x,y,width,height>",
      "what to look for, in pixels of the image; of one image any number of boxes, else one for each image",
      numbers("x,y,width,height"),
      [],
    )
    .option("--top <count>", "results at most", wholeNumber, QUERY_DEFAULTS.top)
    .option(
      "--method <name>",
      `${REGIONS}, or a kind of descriptor that the collection holds (default: ${REGIONS} for boxes, R-MAC for photos)`,
    )
    .option("--no-expand", "rank by similarity to the query alone, not by diffusion from what it finds")
    .option("--occurrences", `every place where the object is, image by image (method ${REGIONS})`)
    .option("--explain", "say of each result whether it was found directly, or over which images")
    .option("--json", "print the result as JSON")
    .option("--html <file>", "write a page with the query and the results")
    .option("--source <folder>", "where the photos are now, when they have moved")
    .option("--model <file>", "where the network is now, when it has moved")
    .option("--threads <count>", "threads to use (default: one a processor)", wholeNumber)
    .action((folder: string, images: string[], given: Given) => run(folder, images, given, terminal));
}

async function run(folder: string, images: string[], given: Given, terminal: Terminal): Promise<void> {
  const { top, occurrences, explain, json, html, source, model, threads } = given;
  const { signal } = terminal;
  const collection = await Collection.open(folder);
  const known = images.map((image) => findImage(collection, image, source));
  const files = images.map((image, i) => fileOf(collection, image, known[i] as number, source));
  const query = partsOf(files, given.box);
  const method = given.method ?? (occurrences ? REGIONS : methodFor(query, collection));
  const expand = given.expand ? undefined : ("none" as const);
  // One search is all that is made, so that nothing is built to make many faster.
  const setup = defined({ method, expand, model, threads, queries: 1 });
  const progress = json ? undefined : percentage(terminal, "preparing");
  await using search = await CollectionSearch.open(collection, setup, { signal });
  const exclude = Int32Array.from(known.filter((index) => index >= 0));
  const options = defined({ top, occurrences, explain, exclude });
  const result = await search.search(query, options, { signal, onProgress: progress });
  if (html !== undefined) await writeSearchPage(collection, query, result, { out: html, source, threads }, { signal });
  if (json) {
    terminal.out(`${JSON.stringify({ collection: collection.path, images: files, ...result })}\n`);
    return;
  }
  const lines = describeSearch(result, { excluded: exclude.length });
  terminal.out(
    `${[...lines, html === undefined ? undefined : `open ${html} to look at it`].filter((line) => line !== undefined).join("\n")}\n`,
  );
}

/** Where the file of an image is: as it was named, or where the collection has it. */
function fileOf(collection: Collection, image: string, index: number, source: string | undefined): string {
  if (existsSync(image) || index < 0) return image;
  return resolve(source ?? collection.manifest.source ?? collection.path, image);
}

/** One part an image, or one a box. */
function partsOf(files: readonly string[], boxes: readonly PixelBox[]): { image: string; box?: PixelBox }[] {
  const [first] = files;
  if (boxes.length === 0) return files.map((image) => ({ image }));
  if (files.length === 1 && first !== undefined) return boxes.map((box) => ({ image: first, box }));
  if (boxes.length === files.length) return boxes.map((box, i) => ({ image: files[i] as string, box }));
  throw invalid(
    "box",
    `given once for each of the ${files.length} images, in their order, or not at all`,
    boxes.length,
  );
}
