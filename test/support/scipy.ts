/** Debian's Python, for tests that compute independently with SciPy. They log and pass where it is not there. */
import { spawnSync } from "node:child_process";
import type { ExecutionContext } from "ava";

export const PYTHON = "/usr/bin/python3";

let there: boolean | undefined;

export function scipyIsThere(t: ExecutionContext): boolean {
  there ??= spawnSync(PYTHON, ["-c", "import scipy.io, scipy.sparse"]).status === 0;
  if (!there) t.log(`${PYTHON} has no SciPy: not compared`);
  return there;
}
