// A Linux binary that loads on systems older than the one it is made on, for this processor or another: compiled by this
// machine's GCC (or its cross compiler) against the libraries of Debian 11, with an OpenBLAS of what is needed.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildNative } from "../build-native.mjs";
import { ROOT, run } from "../run.mjs";
import { ensureSystemPackages, triplet } from "../system-packages.mjs";
import { vendor } from "../vendor.mjs";
import { Apt } from "./debian.mjs";
import { buildOpenBlas } from "./openblas.mjs";

// Debian 11: glibc 2.31, and the libstdc++ of GCC 10, whose static form asks no more of it than that.
const DEBIAN = "bullseye";
const GCC = "10";
const PACKAGES = [
  ...["libc6", "libc6-dev", "linux-libc-dev", "libcrypt1", "libgcc-s1", `libgcc-${GCC}-dev`],
  ...["libstdc++6", `libstdc++-${GCC}-dev`, "libgomp1", "doctest-dev"],
];

const PROCESSORS = { x64: "x86_64", arm64: "aarch64" };

/** The Node in which a binary for another processor is tried: a package of npm that holds nothing else. */
const NODE = "20.20.2";

/** Where the build for a processor lies: `sysroot`, `openblas`, and below `build` the addon and the native tests. */
export const folderFor = (arch) => join(ROOT, `build-linux-${arch}`);

/** The program in front of one for a processor: none for this one's, else an emulator. */
export function emulator(arch) {
  if (arch === process.arch) return [];
  return [`qemu-${PROCESSORS[arch]}-static`, "-L", join(folderFor(arch), "sysroot")];
}

/** Compiler and linker flags that take everything from the sysroot, nothing of this machine but the compiler itself. */
function flagsFor(arch, compiler, sysroot) {
  const name = triplet(arch);
  const own = execFileSync(compiler, ["-print-file-name=include"], { encoding: "utf8" }).trim();
  const below = (...parts) => join(sysroot, "usr", ...parts);
  const system = (folders) => folders.flatMap((folder) => ["-isystem", folder]);
  const c = system([own, below("include", name), below("include")]);
  const cxx = system([below("include/c++", GCC), below("include", name, "c++", GCC)]);
  const gcc = below("lib/gcc", name, GCC);
  const root = [`--sysroot=${sysroot}`, "-nostdinc"];
  return {
    c: [...root, ...c],
    // GCC 12 takes an empty std::function of GCC 10's library for one that is not initialised.
    cxx: [...root, ...cxx, ...c, "-Wno-maybe-uninitialized"],
    link: [
      ...[
        `-B${gcc}`,
        `-B${below("lib", name)}`,
        `-L${gcc}`,
        `-L${below("lib", name)}`,
        `-L${join(sysroot, "lib", name)}`,
      ],
      ...["-static-libstdc++", "-static-libgcc"],
    ],
  };
}

/** Unpacks Debian 11's libraries, where they are not there yet. */
function unpackSysroot(arch, sysroot) {
  const done = join(sysroot, "done");
  if (existsSync(done)) return;
  rmSync(sysroot, { recursive: true, force: true });
  new Apt(join(folderFor(arch), "apt"), arch, DEBIAN).unpack(PACKAGES, sysroot);
  writeFileSync(done, "");
}

/** Makes `prebuilds/linux-<arch>` and tries it: the native unit tests, and loading it in Node. Returns the folder. */
export function prebuildForLinux(arch) {
  if (!(arch in PROCESSORS)) throw new Error(`--arch is one of ${Object.keys(PROCESSORS).join(", ")}, not ${arch}`);
  const foreign = arch !== process.arch;
  ensureSystemPackages("release", ...(foreign ? [`release for ${arch} elsewhere`] : []));
  vendor();
  const sysroot = join(folderFor(arch), "sysroot");
  unpackSysroot(arch, sysroot);
  const program = (name) => `${foreign ? `${triplet(arch)}-` : ""}${name}`;
  const flags = flagsFor(arch, program("g++"), sysroot);
  const compiler = [program("gcc"), ...flags.c].join(" ");
  const openblas = buildOpenBlas(`build-linux-${arch}/openblas`, arch, compiler, { HOSTCC: "gcc" });
  const link = flags.link.join(" ");
  const build = buildNative(`build-linux-${arch}/build`, [
    "-DCMAKE_SYSTEM_NAME=Linux",
    `-DCMAKE_SYSTEM_PROCESSOR=${PROCESSORS[arch]}`,
    `-DCMAKE_C_COMPILER=${program("gcc")}`,
    `-DCMAKE_CXX_COMPILER=${program("g++")}`,
    `-DCMAKE_C_FLAGS=${flags.c.join(" ")}`,
    `-DCMAKE_CXX_FLAGS=${flags.cxx.join(" ")}`,
    `-DCMAKE_SHARED_LINKER_FLAGS=${link}`,
    `-DCMAKE_EXE_LINKER_FLAGS=${link}`,
    `-DOPENBLAS_LIBRARY=${join(openblas, "lib/libopenblas.a")}`,
    `-DOPENBLAS_INCLUDE=${join(openblas, "include")}`,
    "-DLEITMOTIF_TESTS=ON",
  ]);
  const folder = join(ROOT, "prebuilds", `linux-${arch}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const binary = join(folder, "leitmotif.node");
  copyFileSync(join(build, "Release/leitmotif.node"), binary);
  run(program("strip"), ["--strip-unneeded", binary]);
  copyFileSync(join(sysroot, "usr/lib", triplet(arch), "libgomp.so.1"), join(folder, "libgomp.so.1"));
  if (foreign) installNode(arch);
  tryOut(arch);
  return folder;
}

/** The program by which a binary for a processor is run: this Node, or one for that processor under an emulator. */
export function nodeFor(arch) {
  if (arch === process.arch) return [process.execPath];
  return [...emulator(arch), join(folderFor(arch), "node/package/bin/node")];
}

/** The native unit tests of a processor, as a command. */
export const testsFor = (arch) => [...emulator(arch), join(folderFor(arch), "build/leitmotif_tests")];

function installNode(arch) {
  const folder = join(folderFor(arch), "node");
  if (existsSync(join(folder, "package/bin/node"))) return;
  mkdirSync(folder, { recursive: true });
  run("npm", ["pack", "--silent", "--pack-destination", folder, `node-linux-${arch}@${NODE}`]);
  run("tar", ["-xzf", join(folder, `node-linux-${arch}-${NODE}.tgz`), "-C", folder]);
}

/** Runs the native unit tests, and loads the binary in Node. */
function tryOut(arch) {
  const [tests, ...testArguments] = testsFor(arch);
  run(tests, testArguments);
  const [node, ...nodeArguments] = nodeFor(arch);
  const script =
    "console.log(`loads in Node ${process.version} on ${process.arch}: ` + require(process.argv[1]).simdLevel())";
  run(node, [...nodeArguments, "-e", script, join(ROOT, "prebuilds", `linux-${arch}`, "leitmotif.node")]);
}
