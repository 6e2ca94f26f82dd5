#!/usr/bin/env node
// `npm run demo`: sets up, generates a small folder of scenes (or takes the folder given), discovers what recurs in it and
// says where the report is.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT, run } from "./run.mjs";
import { setup } from "./setup.mjs";

const SCENES = { seed: 1, images: 80, objects: 5 };

async function main() {
  await setup();
  const demo = join(ROOT, "demo");
  const scenes = join(demo, "scenes");
  const folder = process.argv[2] ? resolve(process.argv[2]) : join(scenes, "images");
  const cli = join(ROOT, "dist/cli/main.js");
  if (!process.argv[2] && !existsSync(join(scenes, "ground-truth.json"))) {
    const { generateScenes } = await import(pathToFileURL(join(ROOT, "dist/index.js")).href);
    console.log(`demo: drawing ${SCENES.images} scenes in ${scenes}`);
    await generateScenes({ ...SCENES, out: scenes });
  }
  run(process.execPath, [cli, "discover", folder, "--out", join(demo, "collection")]);
}

main().catch((error) => {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
});
