#!/usr/bin/env node
// `npm run demo`: sets up, generates a small folder of scenes (or takes the folder given), discovers what recurs in it and
// says where the report is.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT, run } from "./run.mjs";
import { setup } from "./setup.mjs";

const SCENES = { seed: 1, images: 60, objects: 4, distractors: 20 };

async function main() {
  await setup();
  const demo = join(ROOT, "demo");
  const folder = process.argv[2] ? resolve(process.argv[2]) : join(demo, "scenes");
  const cli = join(ROOT, "dist/cli/main.js");
  if (!process.argv[2] && !existsSync(folder)) {
    const { generateScenes } = await import(pathToFileURL(join(ROOT, "dist/index.js")).href);
    console.log(`demo: drawing ${SCENES.images + SCENES.distractors} scenes in ${folder}`);
    await generateScenes({ ...SCENES, out: folder });
  }
  run(process.execPath, [cli, "discover", folder, "--out", join(demo, "collection")]);
}

main().catch((error) => {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
});
