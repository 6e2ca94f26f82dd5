/**
 * The package as a user gets it: prebuilt, packed, installed without scripts into an empty folder whose path holds
 * spaces, run through npx on a folder of pictures, and its type declarations checked.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PREBUILD = join(ROOT, "prebuilds", `${process.platform}-${process.arch}`);

const run = (command: string, args: string[], cwd: string) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 26 });

let folder: string;
let packed: { size: number; unpackedSize: number; filename: string; files: { path: string }[] };

test.before(() => {
  folder = mkdtempSync(join(tmpdir(), "leitmotif with spaces "));
  if (!existsSync(PREBUILD)) run(process.execPath, ["scripts/prebuild.mjs", "--from-build"], ROOT);
  [packed] = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", folder], ROOT));
});

test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.serial("the tarball holds what is needed, with the licences of what is vendored, and nothing else", (t) => {
  const paths = packed.files.map((file) => file.path);
  for (const needed of [
    "dist/index.js",
    "dist/index.d.ts",
    "dist/cli/main.js",
    `prebuilds/${process.platform}-${process.arch}/leitmotif.node`,
    "CMakeLists.txt",
    "binding.gyp",
    "native/vendor/eigen/LICENSE",
    "native/vendor/eigen/Eigen/Core",
    "native/vendor/hnswlib/LICENSE",
    "native/vendor/hnswlib/hnswlib/hnswlib.h",
    "README.md",
    "LICENSE",
  ]) {
    t.true(paths.includes(needed), `${needed} is missing`);
  }
  t.deepEqual(
    paths.filter((path) => /^(test|bench|training|demo|build|\.)/.test(path)),
    [],
  );
  t.true(packed.size < 30e6, `the tarball has ${packed.size} bytes`);
});

test.serial("the binary needs nothing but libc and what lies beside it", (t) => {
  if (process.platform !== "linux") return t.pass();
  const beside = readdirSync(PREBUILD);
  const needed = [...run("readelf", ["-d", join(PREBUILD, "leitmotif.node")], ROOT).matchAll(/NEEDED.*\[(.+)\]/g)];
  t.true(needed.length > 0);
  for (const [, name = ""] of needed) t.true(/^(libc|libm|ld-linux[^.]*)\./.test(name) || beside.includes(name), name);
});

test.serial("installs without scripts, runs through npx, and its types hold in another project", (t) => {
  const project = join(folder, "a project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  const types = `@types/node@${process.versions.node.split(".")[0]}`;
  run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", join(folder, packed.filename), types], project);

  writeFileSync(
    join(project, "draw.mjs"),
    `import { generateScenes } from "leitmotif";
     await generateScenes({ seed: 3, images: 6, objects: 1, distractors: 0, out: "photos" });`,
  );
  run(process.execPath, ["draw.mjs"], project);
  run("npx", ["leitmotif", "discover", "photos", "--out", "found", "--max-side", "320"], project);
  const manifest = JSON.parse(readFileSync(join(project, "found", "manifest.json"), "utf8"));
  t.true(JSON.stringify(manifest).length > 100);

  cpSync(join(ROOT, "test/consumer"), join(project, "consumer"), { recursive: true });
  t.notThrows(() => run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "consumer"], project));
});
