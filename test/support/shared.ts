/** The folder of real photographs and networks beside the project, where there is one. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ExecutionContext } from "ava";

const FOLDER = fileURLToPath(new URL("../../../shared/data", import.meta.url));

/** The path of something in the folder; undefined, with a line in the log and the test passed, where it is absent. */
export function sharedData(t: ExecutionContext, ...path: string[]): string | undefined {
  const file = join(FOLDER, ...path);
  if (existsSync(file)) return file;
  t.log(`not checked: ${path.join("/")} of the shared data is not here`);
  t.pass();
  return undefined;
}
