/** What the machine can do, measured on the spot: the bounds that stages are held against. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../build-bench/leitmotif_machine", import.meta.url));

// Told before hours of work and not after them.
if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not there: run node scripts/build-native.mjs --bench`);

/** Rates of so many threads. */
export interface Rates {
  threads: number;
  /** G: operations a second of OpenBLAS's sgemm (2048 × 2048 × 512). */
  flops: number;
  /** M: bytes a second at which memory is read. */
  bytes: number;
}

/** Measures G and M on so many threads; about a second. `node scripts/build-native.mjs --bench` makes what it runs. */
export function measureRates(threads: number): Rates {
  return JSON.parse(execFileSync(PROGRAM, [String(threads)], { encoding: "utf8" })) as Rates;
}

/** What the results were measured on. */
export function describeMachine(threads: number) {
  return {
    processor: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    ...measureRates(threads),
  };
}
