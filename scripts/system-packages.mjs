// The Debian packages that building, testing and cross-building need, each with the file by which one sees that it is
// there.
import { existsSync } from "node:fs";
import { run, succeeds } from "./run.mjs";

/** Debian's name of a processor, as in folders and in the names of its cross compiler's programs. */
export const triplet = (arch) => ({ x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" })[arch] ?? arch;

const HERE = triplet(process.arch);

const PACKAGES = {
  build: {
    "g++": "/usr/bin/g++",
    cmake: "/usr/bin/cmake",
    "ninja-build": "/usr/bin/ninja",
    "libopenblas-openmp-dev": `/usr/lib/${HERE}/openblas-openmp/libopenblas.a`,
  },
  test: {
    git: "/usr/bin/git",
    "libeigen3-dev": "/usr/include/eigen3/Eigen/Core",
    "doctest-dev": "/usr/include/doctest/doctest.h",
    "clang-format": "/usr/bin/clang-format",
    cppcheck: "/usr/bin/cppcheck",
    chromium: "/usr/bin/chromium",
    libvulkan1: `/usr/lib/${HERE}/libvulkan.so.1`,
    "fonts-dejavu-core": "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
  },
  // For `npm run prebuild -- --arch <arch>`, which takes OpenBLAS and all libraries from elsewhere.
  release: {
    "g++": "/usr/bin/g++",
    cmake: "/usr/bin/cmake",
    "ninja-build": "/usr/bin/ninja",
    curl: "/usr/bin/curl",
    make: "/usr/bin/make",
    "xz-utils": "/usr/bin/xz",
    "debian-archive-keyring": "/usr/share/keyrings/debian-archive-keyring.gpg",
  },
  "release for x64 elsewhere": {
    "g++-x86-64-linux-gnu": "/usr/bin/x86_64-linux-gnu-g++",
    "qemu-user-static": "/usr/bin/qemu-x86_64-static",
  },
  "release for arm64 elsewhere": {
    "g++-aarch64-linux-gnu": "/usr/bin/aarch64-linux-gnu-g++",
    "qemu-user-static": "/usr/bin/qemu-aarch64-static",
  },
};

const root = process.getuid?.() === 0;

/** Those for a purpose that are not there. */
export function missingPackages(purpose) {
  return Object.keys(PACKAGES[purpose]).filter((name) => !existsSync(PACKAGES[purpose][name]));
}

/** What to type to get packages. */
export function installCommand(packages) {
  return `${root ? "" : "sudo "}apt-get install -y --no-install-recommends ${packages.join(" ")}`;
}

/** Installs what purposes miss by apt, as root or by sudo; where it may not, throws with the command to run. */
export function ensureSystemPackages(...purposes) {
  const missing = purposes.flatMap(missingPackages);
  if (missing.length === 0) return;
  if (!succeeds("apt-get", ["--version"]) || !(root || succeeds("sudo", ["-n", "true"]))) {
    throw new Error(
      `these system packages are missing: ${missing.join(", ")}\nInstall them, then run this again:\n  ${installCommand(missing)}`,
    );
  }
  console.log(`setup: installing ${missing.join(", ")}`);
  const [first, ...prefix] = root ? ["env"] : ["sudo", "-n", "env"];
  const apt = (args) => run(first, [...prefix, "DEBIAN_FRONTEND=noninteractive", "apt-get", ...args]);
  apt(["update", "-qq"]);
  apt(["install", "-y", "-qq", "--no-install-recommends", ...missing]);
}
