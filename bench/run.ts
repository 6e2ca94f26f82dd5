/**
 * `npm run bench`: the short form of every module of bench/rows, each in a process of its own; prints the table of
 * docs/performance.md and, with `--json <file>`, writes `{ machine, rows }`. `--full` has them run in full (hours);
 * names choose some of them: `npm run bench -- centrality`.
 */
import { fork } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeMachine } from "./support/machine.js";
import { print, type Row } from "./support/rows.js";

const FOLDER = fileURLToPath(new URL("rows", import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "string" }, full: { type: "boolean", default: false } },
});
const modules = readdirSync(FOLDER)
  .map((file) => file.replace(/\.ts$/, ""))
  .filter((name) => positionals.length === 0 || positionals.includes(name));

/** The rows of one module, measured by a process of its own. */
function measure(name: string): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const child = fork(join(FOLDER, `${name}.ts`), values.full ? [] : ["--short"], {
      // A build for this machine's own BLAS kernels, whatever the surroundings ask for.
      env: { ...process.env, OPENBLAS_CORETYPE: undefined },
    });
    const rows: Row[] = [];
    child.on("message", (sent) => rows.push(...(sent as Row[])));
    child.on("exit", (code, signal) => {
      if (code === 0) resolve(rows);
      else reject(new Error(`bench/rows/${name}.ts ended with ${code ?? signal}`));
    });
  });
}

const machine = describeMachine(availableParallelism());
const rows: Row[] = [];
for (const name of modules) {
  const began = performance.now();
  try {
    rows.push(...(await measure(name)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
  console.error(`${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
}
console.log(
  `${machine.processor}, ${machine.threads} threads, Node ${machine.node}: ` +
    `G = ${(machine.flops / 1e9).toFixed(0)} GFLOP/s, M = ${(machine.bytes / 1e9).toFixed(1)} GB/s\n`,
);
print(rows);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ machine, rows }, null, 2)}\n`);
