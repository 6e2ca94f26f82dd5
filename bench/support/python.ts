/** Peers in Debian's Python (python3-numpy, -scipy, -faiss, -hnswlib). */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const PYTHON = "/usr/bin/python3";

/**
 * Runs a program over arrays, which it finds as files in the folder that is its first argument; undefined, said on
 * standard error, where Python or what it imports is not there.
 *
 * @returns what it prints, as JSON. @param threads of OpenBLAS and OpenMP.
 */
export function runPython<T>(
  program: string,
  arrays: Record<string, NodeJS.ArrayBufferView>,
  args: readonly (string | number)[],
  threads: number,
): T | undefined {
  const folder = mkdtempSync(join(tmpdir(), "leitmotif-bench-"));
  try {
    for (const [name, data] of Object.entries(arrays)) writeFileSync(join(folder, name), data);
    const env = { ...process.env, OMP_NUM_THREADS: `${threads}`, OPENBLAS_NUM_THREADS: `${threads}` };
    const output = execFileSync(PYTHON, ["-c", program, folder, ...args.map(String)], { encoding: "utf8", env });
    return JSON.parse(output) as T;
  } catch (error) {
    console.error(`no peer: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
