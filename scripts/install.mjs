#!/usr/bin/env node
// What npm runs where install scripts are on, and at `npm rebuild leitmotif`: nothing where a binary is there that loads;
// else it builds one from source, or says what that needs.
import { spawnSync } from "node:child_process";
import { ROOT, succeeds } from "./run.mjs";
import { missingPackages, installCommand } from "./system-packages.mjs";

const PROGRAMS = {
  "CMake 3.22 or newer": ["cmake"],
  "a C++20 compiler (GCC 11, Clang 14 or newer)": [process.env.CXX ?? "c++", "g++", "clang++"],
  "Make or Ninja": ["make", "ninja"],
};

/** A binary that loads in a process of its own; one that is unfit may end it. */
function loads() {
  const script = "require('node-gyp-build')(process.argv[1])";
  return spawnSync(process.execPath, ["-e", script, ROOT], { cwd: ROOT, stdio: "ignore" }).status === 0;
}

/** What a build needs and this machine lacks, and how to get it. */
function lacks() {
  if (succeeds("apt-get", ["--version"])) {
    const packages = missingPackages("build");
    return { names: packages, advice: installCommand(packages) };
  }
  const names = Object.keys(PROGRAMS).filter((name) => !PROGRAMS[name].some((it) => succeeds(it, ["--version"])));
  return { names, advice: "install them, and OpenBLAS with its headers, with the system's package manager" };
}

async function install() {
  if (loads()) return;
  const where = `${process.platform}-${process.arch}`;
  console.error(`leitmotif: no prebuilt binary for ${where} loads here; building from source`);
  const { names, advice } = lacks();
  if (names.length > 0) {
    console.error(
      ["leitmotif: a build needs, and this machine lacks:", ...names.map((name) => `  - ${name}`), advice, ""].join(
        "\n",
      ),
    );
    process.exitCode = 1;
    return;
  }
  const { buildNative } = await import("./build-native.mjs");
  buildNative();
  if (!loads()) throw new Error(`the addon was built for ${where}, and does not load`);
}

install().catch((error) => {
  console.error(`leitmotif: ${error.message}`);
  process.exitCode = 1;
});
