/** Installing where no binary is in the package, as npm runs it: scripts/install.mjs. */
import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { PACKAGE_ROOT } from "../../lib/package-root.js";
import { temporaryFolder } from "../support/folders.js";

const SCRIPTS = join(PACKAGE_ROOT, "scripts");

test("without a binary and a compiler, the installation fails with a list of what is missing", async (t) => {
  const folder = await temporaryFolder(t);
  for (const name of ["install.mjs", "run.mjs", "system-packages.mjs"]) {
    cpSync(join(SCRIPTS, name), join(folder, "scripts", name));
  }
  const { status, stderr } = spawnSync(process.execPath, [join(folder, "scripts/install.mjs")], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: folder },
  });
  t.is(status, 1);
  const here = `${process.platform}-${process.arch}`;
  t.is(
    stderr,
    `leitmotif: no prebuilt binary for ${here} loads here; building from source
leitmotif: a build needs, and this machine lacks:
  - CMake 3.22 or newer
  - a C++20 compiler (GCC 11, Clang 14 or newer)
  - Make or Ninja
install them, and OpenBLAS with its headers, with the system's package manager

`,
  );
});
