// OpenBLAS with what the kernels call and no more: the products of float and double matrices, on one thread (ours are
// the threads), for the processors that differ in them. Debian's holds all of BLAS and LAPACK for 20 processors, 25 MB.
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { run } from "../run.mjs";

/** The least processor that OpenBLAS is compiled for, and those that it tells apart at run time. */
const PROCESSORS = {
  x64: ["PRESCOTT", ["NEHALEM", "SANDYBRIDGE", "HASWELL", "ZEN", "SKYLAKEX", "COOPERLAKE"]],
  arm64: ["ARMV8", ["CORTEXA53", "CORTEXA57", "NEOVERSEN1"]],
};

/** Builds the source in a folder with a compiler, where it is not built yet; returns what CMake is told of it. */
export function buildOpenBlas(source, arch, compiler, flags) {
  const installed = join(source, "installed");
  const library = join(installed, "lib/libopenblas.a");
  const found = [`-DOPENBLAS_LIBRARY=${library}`, `-DOPENBLAS_INCLUDE=${join(installed, "include")}`];
  if (existsSync(library)) return found;
  const [least, others] = PROCESSORS[arch];
  const settings = {
    CC: [compiler, ...flags].join(" "),
    HOSTCC: "gcc",
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
  };
  const values = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const make = (target, ...more) =>
    run("make", ["-s", "-C", source, target, ...values, ...more], { stdio: ["ignore", "ignore", "inherit"] });
  make("libs", `-j${availableParallelism()}`);
  make("install", `PREFIX=${installed}`);
  return found;
}
