#!/usr/bin/env node
// OpenBLAS with what the kernels call and no more: the products of float and double matrices, on one thread (ours are
// the threads), for the processors that differ in them. Debian's holds all of BLAS and LAPACK for 20 processors, 25 MB.
// `node scripts/release/openblas.mjs` makes it for this machine in build-openblas; OPENBLAS_HOME=build-openblas/installed
// then has builds take it.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT, run } from "../run.mjs";

/** The mirror of Debian that `DEBIAN_MIRROR` names, or else the one that this machine's apt takes its packages from. */
export function mirror() {
  if (process.env.DEBIAN_MIRROR) return process.env.DEBIAN_MIRROR;
  const { stdout = "" } = spawnSync("apt-get", ["indextargets", "--format", "$(LABEL) $(REPO_URI)"], {
    encoding: "utf8",
  });
  const found = /^Debian (\S+?)\/?$/m.exec(stdout ?? "")?.[1];
  if (!found) throw new Error("apt has no mirror of Debian here: set DEBIAN_MIRROR to the address of one");
  return found;
}

const SOURCE = {
  path: "pool/main/o/openblas/openblas_0.3.21+ds.orig.tar.xz",
  sha256: "bbec5cca61c8033b2d57aaecde205d709323a0b35a5f193290081dbb3826848a",
};

/**
 * The least processor that OpenBLAS is compiled for, and those that it tells apart at run time; others of the family take
 * the kernels of the nearest below them.
 */
const PROCESSORS = {
  x64: ["PRESCOTT", ["NEHALEM", "SANDYBRIDGE", "HASWELL", "SKYLAKEX"]],
  arm64: ["ARMV8", ["CORTEXA53", "CORTEXA57", "NEOVERSEN1"]],
};

/** Downloads the source into a folder below the root, and checks it against the hash. */
function download(folder) {
  mkdirSync(join(ROOT, folder), { recursive: true });
  const archive = join(folder, "source.tar.xz");
  run("curl", ["--fail", "--silent", "--show-error", "--location", "--output", archive, `${mirror()}/${SOURCE.path}`]);
  const sha256 = createHash("sha256")
    .update(readFileSync(join(ROOT, archive)))
    .digest("hex");
  if (sha256 !== SOURCE.sha256) throw new Error(`${SOURCE.path} has the hash ${sha256}, expected ${SOURCE.sha256}`);
  run("tar", ["-xf", archive, "-C", folder, "--strip-components=1"]);
}

/**
 * Builds it in a folder below the root, where that is not done yet; returns where it is installed.
 *
 * @param compiler The C compiler with its flags.
 * @param more Further settings of OpenBLAS's Makefile.
 */
export function buildOpenBlas(folder, arch, compiler, more = {}) {
  const installed = join(ROOT, folder, "installed");
  if (existsSync(join(installed, "lib/libopenblas.a"))) return installed;
  download(folder);
  const [least, others] = PROCESSORS[arch];
  const settings = {
    CC: compiler,
    COMMON_OPT: "-O2",
    BINARY: 64,
    TARGET: least,
    DYNAMIC_ARCH: 1,
    DYNAMIC_LIST: others.join(" "),
    BUILD_SINGLE: 1,
    BUILD_DOUBLE: 1,
    USE_THREAD: 0,
    USE_OPENMP: 0,
    // Any number of our threads call it at once.
    USE_LOCKING: 1,
    NO_LAPACK: 1,
    NOFORTRAN: 1,
    NO_SHARED: 1,
    NO_AFFINITY: 1,
    NO_WARMUP: 1,
    ...more,
  };
  const values = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const make = (...targets) =>
    run("make", ["-s", "-C", folder, ...values, ...targets], { stdio: ["ignore", "ignore", "inherit"] });
  make("libs", `-j${availableParallelism()}`);
  make("install", "PREFIX=installed");
  return installed;
}

if (fileURLToPath(import.meta.url) === process.argv[1]) {
  console.log(buildOpenBlas("build-openblas", process.arch, process.platform === "darwin" ? "clang" : "gcc"));
}
