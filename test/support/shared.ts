/** The folder of real photographs and networks beside the project, where there is one. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { PACKAGE_ROOT } from "../../lib/package-root.js";

const FOLDER = join(PACKAGE_ROOT, "../shared/data");

/** The path of something in the folder; undefined, with a line in the log and the test passed, where it is absent. */
export function sharedData(t: ExecutionContext, ...path: string[]): string | undefined {
  const file = join(FOLDER, ...path);
  if (existsSync(file)) return file;
  t.log(`not checked: ${path.join("/")} of the shared data is not here`);
  t.pass();
  return undefined;
}
