/**
 * The binaries that `npm run prebuild -- --arch <arch>` has made, where it has: what they ask of a system, and what they
 * compute there, under an emulator where the processor is another.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { PACKAGE_ROOT as ROOT } from "../../lib/package-root.js";

const ARM64 = join(ROOT, "build-linux-arm64");
const EMULATOR = "/usr/bin/qemu-aarch64-static";

const read = (command: string, args: string[], env = process.env) =>
  execFileSync(command, args, { encoding: "utf8", env, maxBuffer: 1 << 26 });

/** What test/support/prebuilt-sample.mjs prints. */
interface Sample {
  arch: string;
  saliency: number[];
  regions: number[][];
  centrality: number[];
}

/** What it takes to run arm64 programs here; undefined, with a line in the log and the test passed, without. */
function emulator(t: ExecutionContext): string[] | undefined {
  const needed = [EMULATOR, join(ARM64, "build/leitmotif_tests"), join(ROOT, "prebuilds/linux-arm64/leitmotif.node")];
  const missing = needed.find((file) => !existsSync(file));
  if (!missing) return [EMULATOR, "-L", join(ARM64, "sysroot")];
  t.log(`not checked: ${missing} is not here; npm run prebuild -- --arch arm64 makes it`);
  t.pass();
  return undefined;
}

/** The oldest C library that the documentation says the binaries run on, as numbers. */
function documentedGlibc(t: ExecutionContext): [number, number] {
  const [, major, minor] =
    readFileSync(join(ROOT, "docs/platforms.md"), "utf8").match(/glibc (\d)\.(\d+) or newer/) ?? [];
  t.truthy(minor, "docs/platforms.md does not say which glibc is needed");
  return [Number(major), Number(minor)];
}

for (const arch of ["x64", "arm64"]) {
  test(`the linux-${arch} binary asks for no newer C library than is documented, and shows its entry alone`, (t) => {
    const oldest = documentedGlibc(t);
    const binary = join(ROOT, `build-linux-${arch}/build/Release/leitmotif.node`);
    if (!existsSync(binary)) return t.log(`not checked: ${binary} is not here`);
    const versions = [...read("readelf", ["-VW", binary]).matchAll(/GLIBC_(\d)\.(\d+)/g)];
    t.true(versions.length > 0);
    for (const [, major, minor] of versions) t.true(Number(major) === oldest[0] && Number(minor) <= oldest[1], minor);
    const symbols = read("readelf", ["--dyn-syms", "-W", binary]).split("\n");
    const shown = symbols
      .filter((line) => /\b(GLOBAL|WEAK)\b.* DEFAULT +\d/.test(line))
      .map((line) => line.split(" ").at(-1));
    t.deepEqual(shown.toSorted(), ["napi_register_module_v1", "node_api_module_get_api_version_v1"]);
  });
}

test("each binary for another processor needs nothing but libc and what lies beside it, and no executable stack", (t) => {
  const folders = existsSync(join(ROOT, "prebuilds")) ? readdirSync(join(ROOT, "prebuilds")) : [];
  // package.test.ts makes this processor's anew, and checks it.
  for (const platform of folders.filter((name) => name.startsWith("linux-") && !name.endsWith(process.arch))) {
    const folder = join(ROOT, "prebuilds", platform);
    const beside = readdirSync(folder);
    for (const file of beside) {
      const needed = [...read("readelf", ["-d", join(folder, file)]).matchAll(/NEEDED.*\[(.+)\]/g)];
      t.true(needed.length > 0);
      for (const [, name = ""] of needed) {
        t.true(/^(lib(c|m|pthread|dl)|ld-linux[^.]*)\.so/.test(name) || beside.includes(name), `${platform}: ${name}`);
      }
      t.regex(read("readelf", ["-lW", join(folder, file)]), /GNU_STACK.* RW /, `${platform}: ${file}`);
    }
  }
  t.pass();
});

test("the arm64 kernels pass their tests under qemu", (t) => {
  const [program, ...rest] = emulator(t) ?? [];
  if (!program) return;
  // Those of the kernels that have vector code of their own for this processor; the script has run them all.
  const output = read(program, [...rest, join(ARM64, "build/leitmotif_tests"), "--source-file=*simd*"]);
  const [, passed = "0"] = output.match(/test cases:\s+\d+ \|\s+(\d+) passed \|\s+0 failed/) ?? [];
  t.true(Number(passed) > 5, output);
});

test("the arm64 binary computes under qemu, in Node, what this processor computes", (t) => {
  const [program, ...rest] = emulator(t) ?? [];
  if (!program) return;
  const sample = join(ROOT, "test/support/prebuilt-sample.mjs");
  const compute = (command: string, args: string[], env?: NodeJS.ProcessEnv): Sample =>
    JSON.parse(read(command, [...args, sample], env));
  const here = compute(process.execPath, []);
  const there = compute(program, [...rest, join(ARM64, "node/package/bin/node")], {
    ...process.env,
    PREBUILDS_ONLY: "1",
  });
  t.is(there.arch, "arm64");
  t.true(here.regions.length > 0);
  t.deepEqual(there.regions, here.regions);
  for (const name of ["saliency", "centrality"] as const) {
    t.is(there[name].length, here[name].length);
    t.true(here[name].every((value, i) => Math.abs(value - (there[name][i] ?? NaN)) <= 1e-4));
  }
});
