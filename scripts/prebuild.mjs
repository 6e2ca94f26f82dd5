#!/usr/bin/env node
// Makes binaries in prebuilds/<platform>-<arch>/, and puts beside each the one library that it needs besides libc and
// cannot hold: GCC's OpenMP runtime (its static form is not relocatable).
// `npm run prebuild`: this platform's, with prebuildify, of the libraries that this machine has.
// `npm run prebuild -- --arch <arch>`: for Linux on that processor, of Debian 11's libraries (release/linux.mjs).
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { prebuildForLinux } from "./release/linux.mjs";
import { ROOT, run } from "./run.mjs";

const SYSTEM_LIBRARIES = /^(lib(c|m|pthread|dl|rt)\.so|ld-linux)/;

/** Shared libraries beyond libc that a binary names, as [name, path] pairs of this machine. */
function foreignLibraries(binary) {
  const needed = execFileSync("readelf", ["-d", binary], { encoding: "utf8" }).matchAll(/NEEDED.*\[(.+)\]/g);
  const found = execFileSync("ldd", [binary], { encoding: "utf8" });
  return [...needed]
    .map(([, name]) => name)
    .filter((name) => !SYSTEM_LIBRARIES.test(name))
    .map((name) => [name, found.match(new RegExp(`${name.replaceAll(".", "\\.")} => (\\S+)`))?.[1]]);
}

/** Says that this system's C library is musl. */
const onMusl = process.platform === "linux" && !process.report.getReport().header.glibcVersionRuntime;

/** This platform's: by prebuildify, or of what set-up has built. */
function prebuildHere(fromBuild) {
  const folder = join(ROOT, "prebuilds", `${process.platform}-${process.arch}`);
  // An OpenMP runtime that lay there would be found in place of the system's.
  rmSync(folder, { recursive: true, force: true });
  const binary = join(folder, `leitmotif${onMusl ? ".musl" : ""}.node`);
  if (fromBuild) {
    // prebuildify would empty build/ first, under whoever uses it now.
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(ROOT, "build/Release/leitmotif.node"), binary);
    run("strip", [process.platform === "darwin" ? "-x" : "--strip-unneeded", binary]);
  } else {
    run(join(ROOT, "node_modules/.bin/prebuildify"), ["--napi", "--strip", ...(onMusl ? ["--tag-libc"] : [])]);
  }
  if (process.platform === "linux") {
    const beside = onMusl ? join(folder, "musl") : folder;
    mkdirSync(beside, { recursive: true });
    for (const [name, path] of foreignLibraries(binary)) {
      if (!path) throw new Error(`${name}, which ${binary} needs, was not found`);
      copyFileSync(path, join(beside, name));
    }
  }
  return folder;
}

try {
  const { values } = parseArgs({ options: { "from-build": { type: "boolean" }, arch: { type: "string" } } });
  const folder = values.arch ? prebuildForLinux(values.arch) : prebuildHere(values["from-build"]);
  console.log(`prebuilt: ${readdirSync(folder).join(", ")} in ${folder}`);
} catch (error) {
  console.error(`prebuild: ${error.message}`);
  process.exitCode = 1;
}
