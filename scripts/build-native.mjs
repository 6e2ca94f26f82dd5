#!/usr/bin/env node
// Builds with CMake: the addon into build/Release, the native tests beside it into build, or the program that
// measures this machine into build-bench. Node's headers come from npm, so that nothing is downloaded; an installed
// package is built from source in the same way.
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT, run, succeeds } from "./run.mjs";

const GENERATOR = succeeds("ninja", ["--version"]) ? "Ninja" : "Unix Makefiles";

/** CMake options that the addon needs on every platform: where the headers of Node-API lie. */
function nodeApi() {
  const require = createRequire(import.meta.url);
  const headers = require("node-api-headers");
  const includes = [headers.include_dir, require("node-addon-api").include_dir].map((folder) => resolve(folder));
  return [`-DNODE_API_INCLUDES=${includes.join(";")}`, `-DNODE_API_DEFS=${Object.values(headers.def_paths).join(";")}`];
}

/** Configures and builds into a folder below the root, all or one target, and returns that folder. */
export function build(folder, options, target = "all") {
  const path = join(ROOT, folder);
  const common = ["-G", GENERATOR, "-DCMAKE_BUILD_TYPE=Release", "--log-level=WARNING"];
  run("cmake", ["-S", ROOT, "-B", path, ...common, ...options], { stdio: ["ignore", "ignore", "inherit"] });
  // Progress is for people; what the compiler has to say comes on standard output too.
  run("cmake", ["--build", path, "--target", target, "--parallel", String(availableParallelism())]);
  return path;
}

export function buildNative(folder = "build", options = []) {
  return build(folder, [...nodeApi(), "-DLEITMOTIF_TESTS=OFF", ...options]);
}

/** Builds the native tests, over the addon's own kernels or over sanitized ones; returns the program's path. */
export function buildNativeTests({ sanitize = false } = {}) {
  const target = sanitize ? "leitmotif_tests_sanitized" : "leitmotif_tests";
  return join(build("build", [...nodeApi(), "-DLEITMOTIF_TESTS=ON"], target), target);
}

/** Builds the program that measures this machine; returns its path. */
export function buildMachine() {
  const target = "leitmotif_machine";
  return join(build("build-bench", ["-DLEITMOTIF_ADDON=OFF", "-DLEITMOTIF_BENCH=ON"], target), target);
}

if (fileURLToPath(import.meta.url) === process.argv[1]) {
  const asked = (option) => process.argv.includes(option);
  try {
    if (asked("--tests")) buildNativeTests({ sanitize: asked("--sanitize") });
    else if (asked("--bench")) buildMachine();
    else buildNative();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
