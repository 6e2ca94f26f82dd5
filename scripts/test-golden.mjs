#!/usr/bin/env node
// Checks every stage against a folder of golden cases and prints, a line per case and array, the largest error beside
// its tolerance: LEITMOTIF_GOLDEN=<folder> npm run test:golden. Without the variable: the cases that `npm test` uses.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { ROOT, run } from "./run.mjs";
import { setup } from "./setup.mjs";

/** The folder of cases, absolute (npm runs scripts in the project's root: INIT_CWD is where the user stood). */
function chosenFolder() {
  const { LEITMOTIF_GOLDEN: given, INIT_CWD: from = process.cwd() } = process.env;
  if (!given) return "";
  const folder = resolve(from, given);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new Error(`${folder} is not a folder`);
  if (!readdirSync(folder).some((name) => existsSync(join(folder, name, "case.json")))) {
    throw new Error(`${folder} holds no golden case: a case is a folder with a case.json`);
  }
  return folder;
}

try {
  const folder = chosenFolder();
  await setup();
  run(join(ROOT, "node_modules/.bin/ava"), ["test/**/*.golden.test.ts", ...process.argv.slice(2)], {
    env: { ...process.env, LEITMOTIF_GOLDEN: folder },
  });
} catch (error) {
  console.error(`test:golden: ${error.message}`);
  process.exitCode = 1;
}
