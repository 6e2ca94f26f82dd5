#!/usr/bin/env node
// Builds the addon with cmake-js into build/Release, or the native tests with CMake into build-tests[-sanitize].
import { fileURLToPath } from "node:url";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ROOT, run, succeeds } from "./run.mjs";

const GENERATOR = succeeds("ninja", ["--version"]) ? "Ninja" : "Unix Makefiles";

export function buildNative() {
  run(process.execPath, [
    join(ROOT, "node_modules/cmake-js/bin/cmake-js"),
    "build",
    "--generator",
    GENERATOR,
    "--parallel",
    String(availableParallelism()),
    "--log-level",
    "error",
  ]);
}

/** Builds the native test program; returns the folder in which `ctest` runs it. */
export function buildNativeTests({ sanitize }) {
  const folder = join(ROOT, sanitize ? "build-tests-sanitize" : "build-tests");
  run("cmake", [
    "-S",
    ROOT,
    "-B",
    folder,
    "-G",
    GENERATOR,
    "-DLEITMOTIF_ADDON=OFF",
    "-DLEITMOTIF_TESTS=ON",
    `-DLEITMOTIF_SANITIZE=${sanitize ? "ON" : "OFF"}`,
    "-DCMAKE_BUILD_TYPE=Release",
    "--log-level=WARNING",
  ]);
  run("cmake", ["--build", folder, "--parallel", String(availableParallelism())], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return folder;
}

if (fileURLToPath(import.meta.url) === process.argv[1]) {
  const tests = process.argv.includes("--tests");
  try {
    if (tests) buildNativeTests({ sanitize: process.argv.includes("--sanitize") });
    else buildNative();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
