#!/usr/bin/env node
// The README's test command: sets up, then type check, lint, native unit tests (plain and sanitized) and ava. Runs
// everything even when something fails, and ends with `N passed, N failed` over all runners.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { buildNativeTests } from "./build-native.mjs";
import { ROOT } from "./run.mjs";
import { setup } from "./setup.mjs";

const total = { passed: 0, failed: 0 };

/** Runs a program, passes on what it prints as it comes, and returns { status, output }. */
function watch(command, args, show, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], ...options });
    let output = "";
    for (const from of [child.stdout, child.stderr]) {
      from.on("data", (chunk) => {
        output += chunk;
        show(chunk);
      });
    }
    child.on("error", (error) => resolve({ status: 1, output: error.message }));
    child.on("close", (status) => resolve({ status: status ?? 1, output }));
  });
}

/** A check that passes or fails as a whole; what it prints comes in one piece, since others run beside it. */
async function check(name, command, args) {
  const started = performance.now();
  const { status, output } = await watch(command, args, () => {});
  total[status === 0 ? "passed" : "failed"]++;
  process.stdout.write(output);
  console.log(`${status === 0 ? "ok" : "FAILED"}  ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}

/** All of them, as many at once as there are processors: each takes one. */
async function sideBySide(tasks) {
  const waiting = tasks.values();
  const inTurn = async () => {
    for (const task of waiting) await task();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, inTurn));
}

/** Adds up what a test runner has counted. A failing exit without a failed test counts as one. */
function add(status, { passed, failed }) {
  total.passed += passed;
  total.failed += status !== 0 ? Math.max(failed, 1) : failed;
}

const number = (output, pattern) => Number(output.match(pattern)?.[1] ?? 0);

/** Native unit tests in parts, side by side: most of them use one processor. */
async function nativeTests(name, program) {
  console.log(`\n${name}`);
  // libgomp and OpenBLAS keep their pools to the end.
  const options = { env: { ...process.env, ASAN_OPTIONS: "detect_leaks=0" } };
  const { output } = await watch(program, ["--count"], () => {}, options);
  const cases = number(output, /filters: (\d+)/);
  if (cases === 0) {
    console.log(output);
    return add(1, { passed: 0, failed: 1 });
  }
  const parts = Math.min(cases, 4 * availableParallelism());
  const bound = (part) => Math.floor((part * cases) / parts);
  const run = async (part) => {
    const [first, end] = [bound(part), bound(part + 1)];
    const { status, output } = await watch(program, [`--first=${first + 1}`, `--last=${end}`], () => {}, options);
    process.stdout.write(output);
    // The summary counts those beyond the range as passed; where there is none, the program has died.
    const [, failed] = output.match(/test cases:.*\|\s+(\d+) failed/) ?? [];
    add(status, { passed: failed === undefined ? 0 : end - first - Number(failed), failed: Number(failed ?? 1) });
  };
  await sideBySide(Array.from({ length: parts }, (_, part) => () => run(part)));
}

const lines = (output, pattern) => output.match(pattern)?.length ?? 0;

async function ava(args) {
  console.log("\nava");
  const { status, output } = await watch(bin("ava"), args, (chunk) => process.stdout.write(chunk));
  // Counted line by line: the summary leaves out how many passed when one fails.
  add(status, { passed: lines(output, /^\s+✔ /gm), failed: lines(output, /^\s+✘ /gm) });
}

const bin = (name) => join(ROOT, "node_modules/.bin", name);
const sources = (folder, endings) =>
  readdirSync(join(ROOT, folder), { recursive: true })
    .filter((file) => endings.some((ending) => file.endsWith(ending)) && !file.startsWith("vendor"))
    .map((file) => join(folder, file));

const CPPCHECK = [
  ...["--std=c++20", "--language=c++", "--enable=warning,portability", "--inline-suppr", "--error-exitcode=1"],
  ...["--quiet", "--suppress=missingIncludeSystem", "-I", "native", "native/kernels", "native/bindings"],
];

async function main() {
  await setup();
  console.log();
  const checks = [
    ["lint", bin("eslint"), ["."]],
    ["type check", bin("tsc"), ["-p", "tsconfig.json"]],
    ["API documentation is complete", bin("typedoc"), ["--emit", "none"]],
    ["format", bin("prettier"), ["--check", "--log-level", "warn", "."]],
    ["C++ lint", "cppcheck", CPPCHECK],
    ["imports point downward", bin("depcruise"), ["lib"]],
    ["type check of the report's script", bin("tsc"), ["-p", "lib/report/assets"]],
    ["C++ format", "clang-format", ["--dry-run", "-Werror", ...sources("native", [".h", ".cc", ".inl"])]],
  ];
  await sideBySide(checks.map((of) => () => check(...of)));
  await nativeTests("native unit tests", buildNativeTests());
  await nativeTests("native unit tests under AddressSanitizer and UBSan", buildNativeTests({ sanitize: true }));
  await ava(process.argv.slice(2));
}

try {
  await main();
} catch (error) {
  console.error(error.message);
  total.failed++;
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed ? 1 : 0;
