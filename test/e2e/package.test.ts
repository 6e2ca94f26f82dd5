/**
 * The package as a user gets it: packed, installed into an empty folder whose path holds spaces by a user without
 * privileges, with install scripts and without, run through npx on a folder of pictures; its types and its tarball
 * checked.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { PACKAGE_ROOT as ROOT } from "../../lib/package-root.js";
import { Machine, type Ran } from "../support/installed.js";

const HERE = `${process.platform}-${process.arch}`;
const PREBUILD = join(ROOT, "prebuilds", HERE);

const run = (command: string, args: string[]) =>
  execFileSync(command, args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 26 });

let folder: string;
let tarball: string;
let packed: { size: number; unpackedSize: number; filename: string; files: { path: string }[] };
let machine: Machine;

test.before(() => {
  folder = mkdtempSync(join(tmpdir(), "leitmotif with spaces "));
  run(process.execPath, ["scripts/prebuild.mjs", "--from-build"]);
  [packed] = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", folder]));
  tarball = join(folder, packed.filename);
  machine = new Machine(folder);
});

test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});

function succeeded(t: ExecutionContext, { status, output }: Ran): string {
  t.is(status, 0, output);
  return output;
}

/** Draws photos, by the installed package. */
function draw(project: string): Ran {
  machine.write(
    project,
    "draw.mjs",
    `import { generateScenes } from "leitmotif";
     await generateScenes({ seed: 3, images: 6, objects: 1, distractors: 0, out: "photos" });`,
  );
  return machine.run(project, process.execPath, ["draw.mjs"]);
}

/** Discovers what recurs in them, by the installed command. */
function discover(project: string): Ran {
  return machine.run(project, "npx", ["leitmotif", "discover", "photos/images", "--out", "found", "--max-side", "320"]);
}

test.serial("the tarball holds what is needed, with the licences of what is vendored, and nothing else", (t) => {
  const paths = packed.files.map((file) => file.path);
  for (const needed of [
    "dist/index.js",
    "dist/index.d.ts",
    "dist/cli/main.js",
    "models/default.onnx",
    `prebuilds/${HERE}/leitmotif.node`,
    "CMakeLists.txt",
    "binding.gyp",
    "scripts/install.mjs",
    "native/vendor/eigen/LICENSE",
    "native/vendor/eigen/Eigen/Core",
    "native/vendor/hnswlib/LICENSE",
    "native/vendor/hnswlib/hnswlib/hnswlib.h",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
  ]) {
    t.true(paths.includes(needed), `${needed} is missing`);
  }
  const expected =
    /^(dist\/|models\/|prebuilds\/|docs\/[\w-]+\.md$|examples\/[\w-]+\.mjs$|native\/(bindings|kernels|vendor)\/|(scripts\/(install|build-native|system-packages|run)\.mjs|CMakeLists\.txt|binding\.gyp|package\.json|README\.md|CHANGELOG\.md|LICENSE)$)/;
  t.deepEqual(
    paths.filter((path) => !expected.test(path)),
    [],
  );
  t.true(packed.size < 15e6, `the tarball has ${packed.size} bytes`);
  t.true(packed.unpackedSize < 60e6, `unpacked, it has ${packed.unpackedSize} bytes`);
});

test.serial("the tarball's entry points and declarations resolve in every kind of project", (t) => {
  const bin = (name: string) => join(ROOT, "node_modules/.bin", name);
  t.notThrows(() => run(bin("publint"), ["run", tarball, "--strict"]));
  t.notThrows(() => run(bin("attw"), [tarball, "--profile", "esm-only", "--no-color"]));
});

test.serial("the binary needs nothing but libc and what lies beside it, and no executable stack", (t) => {
  if (process.platform !== "linux") return t.pass();
  const beside = readdirSync(PREBUILD);
  const needed = [...run("readelf", ["-d", join(PREBUILD, "leitmotif.node")]).matchAll(/NEEDED.*\[(.+)\]/g)];
  t.true(needed.length > 0);
  t.regex(run("readelf", ["-lW", join(PREBUILD, "leitmotif.node")]), /GNU_STACK.* RW /);
  for (const [, name = ""] of needed) t.true(/^(libc|libm|ld-linux[^.]*)\./.test(name) || beside.includes(name), name);
});

test.serial("installs without scripts, runs through npx, and its types hold in another project", (t) => {
  const project = machine.project("scripts off");
  const types = `@types/node@${process.versions.node.split(".")[0]}`;
  succeeded(t, machine.run("scripts off", "npm", ["install", "--ignore-scripts", tarball, types]));
  succeeded(t, draw("scripts off"));
  succeeded(t, discover("scripts off"));
  const manifest = JSON.parse(readFileSync(join(project, "found", "manifest.json"), "utf8"));
  t.is(manifest.counts.images, 6);

  cpSync(join(ROOT, "test/consumer"), join(project, "consumer"), { recursive: true });
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  succeeded(t, machine.run("scripts off", process.execPath, [compiler, "-p", "consumer"]));
});

test.serial(
  "with scripts, where only the registry is reached, ends well: one command, which is named, mends it",
  (t) => {
    machine.project("scripts on");
    // What keeps onnxruntime-node's script, and nothing else, from reaching any host.
    const blocked = { GLOBAL_AGENT_HTTPS_PROXY: "http://127.0.0.1:9", npm_config_ignore_scripts: "false" };
    succeeded(t, machine.run("scripts on", "npm", ["install", tarball], blocked));
    succeeded(t, draw("scripts on"));
    const failed = discover("scripts on");
    t.not(failed.status, 0);
    const [, command = ""] = failed.output.match(/run "(npm install [^"]+)"/) ?? [];
    t.regex(command, /onnxruntime-node@/, failed.output);
    succeeded(t, machine.run("scripts on", "npm", command.split(" ").slice(1), blocked));
    succeeded(t, discover("scripts on"));
  },
);
