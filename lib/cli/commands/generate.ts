import type { Command } from "commander";
import {
  generateScenes,
  SCENE_SET_DEFAULTS as DEFAULTS,
  type SceneSetOptions,
} from "../../evaluation/scenes/generate.js";
import { number, wholeNumber } from "../arguments.js";
import { percentage } from "../percentage.js";
import { counted } from "../../format.js";
import type { Terminal } from "../terminal.js";

export function addGenerate(program: Command, terminal: Terminal): void {
  program
    .command("generate")
    .description("draw scenes in which known objects recur, with queries and ground truth: a benchmark of any size")
    .argument("<folder>", "new or empty folder for it")
    .option("--images <count>", `scenes that may show objects (default: ${DEFAULTS.images})`, wholeNumber)
    .option("--objects <count>", `objects that recur (default: ${DEFAULTS.objects})`, wholeNumber)
    .option("--distractors <count>", `further scenes without them (default: ${DEFAULTS.distractors})`, wholeNumber)
    .option("--occurrences <count>", "scenes that show each object (default: 1.5 objects a scene)", wholeNumber)
    .option("--size <pixels>", `longer side of the pictures (default: ${DEFAULTS.size})`, wholeNumber)
    .option("--variation <number>", `how differently an object looks, 0 to 1 (default: ${DEFAULTS.variation})`, number)
    .option(
      "--seed <number>",
      `names the set; 1001 and above are for training (default: ${DEFAULTS.seed})`,
      wholeNumber,
    )
    .action(async (out: string, options: Partial<SceneSetOptions>) => {
      const run = { signal: terminal.signal, onProgress: percentage(terminal, "scenes") };
      const { images, distractors, queries, boxes } = await generateScenes({ ...options, out }, run);
      terminal.out(
        `${counted(images, "scene")} with ${counted(boxes, "box", "boxes")} of ${counted(queries, "object")} and ` +
          `${counted(distractors, "distractor")} written to ${out}\n`,
      );
    });
}
