#!/usr/bin/env node
import { EXIT } from "./exit-codes.js";
import { runCommandLine } from "./program.js";

/** What was done is on disk at every moment, so a run that does not stop in time can be ended. */
const GRACE_MS = 800;

const interrupted = new AbortController();
process.on("SIGINT", () => {
  if (interrupted.signal.aborted) process.exit(EXIT.interrupted);
  interrupted.abort();
  setTimeout(() => process.exit(EXIT.interrupted), GRACE_MS).unref();
});
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`leitmotif info x | head`) is no error.
  if (error.code === "EPIPE") process.exit(EXIT.done);
  throw error;
});

const code = await runCommandLine(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  interactive: process.stderr.isTTY ?? false,
  columns: () => process.stderr.columns ?? 80,
  signal: interrupted.signal,
});
// A stopped run may leave native work behind that would hold the process for its length.
if (code === EXIT.interrupted) process.exit(code);
process.exitCode = code;
