import { createHash } from "node:crypto";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, run } from "./run.mjs";

const STAMP = join(ROOT, "node_modules", ".leitmotif-lock");

/**
 * `npm ci` when the lock file has changed since the last time. Install scripts stay off: none of our packages needs one,
 * and onnxruntime-node's would download CUDA libraries from outside the registry.
 */
export function installNpmPackages() {
  const lock = createHash("sha256")
    .update(readFileSync(join(ROOT, "package-lock.json")))
    .digest("hex");
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === lock) return;
  console.log("setup: installing npm packages");
  run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
  writeFileSync(STAMP, lock);
}

/** Compiles lib/ to dist/, with a command that can be run. */
export function compile() {
  tsc("tsconfig.build.json");
  chmodSync(join(ROOT, "dist/cli/main.js"), 0o755);
}

/** Runs the TypeScript compiler on a project file. */
function tsc(project) {
  run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", project]);
}
