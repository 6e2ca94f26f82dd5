#!/usr/bin/env node
// `npm run prebuild`: makes this platform's binary with prebuildify in prebuilds/<platform>-<arch>/, and puts beside it
// the one library that it needs besides libc and cannot hold: GCC's OpenMP runtime (its static form is not relocatable).
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
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

const folder = join(ROOT, "prebuilds", `${process.platform}-${process.arch}`);
if (process.argv.includes("--from-build")) {
  // What set-up has built; prebuildify would empty build/ first, under whoever uses it now.
  mkdirSync(folder, { recursive: true });
  const binary = join(folder, "leitmotif.node");
  copyFileSync(join(ROOT, "build/Release/leitmotif.node"), binary);
  if (process.platform === "linux") run("strip", ["--strip-unneeded", binary]);
} else {
  run(join(ROOT, "node_modules/.bin/prebuildify"), ["--napi", "--strip"]);
}
if (process.platform === "linux") {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".node"))) {
    for (const [name, path] of foreignLibraries(join(folder, file))) {
      if (!path) throw new Error(`${name}, which ${file} needs, was not found`);
      copyFileSync(path, join(folder, name));
    }
  }
}
console.log(`prebuilt: ${readdirSync(folder).join(", ")} in ${folder}`);
