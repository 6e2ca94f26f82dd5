// Files of lib that are used as they are: the compiler leaves them out, so they are copied beside its output.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./run.mjs";

const FOLDERS = ["report/assets"];

/** @param to The compiler's output for lib. */
export function copyAssets(to = "dist") {
  for (const folder of FOLDERS) {
    cpSync(join(ROOT, "lib", folder), join(ROOT, to, folder), {
      recursive: true,
      filter: (path) => !path.endsWith("tsconfig.json"),
    });
  }
}
