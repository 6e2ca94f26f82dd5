// TypeScript of the tests and of all that they import as JavaScript below build/: a loader in each of their processes
// would take longer than all of this.
import { join } from "node:path";
import { build } from "esbuild";
import { copyAssets } from "./assets.mjs";
import { ROOT } from "./run.mjs";

const OUT = "build/compiled";

/** Compiles and returns the folder that has test/ in it. */
export async function compileTests() {
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["lib/**/*.ts", "bench/support/**/*.ts", "test/**/*.ts"],
    outbase: ".",
    outdir: OUT,
    format: "esm",
    target: "node20.17",
    sourcemap: true,
    logLevel: "warning",
  });
  copyAssets(join(OUT, "lib"));
  return OUT;
}
