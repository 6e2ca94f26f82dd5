import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { LeitmotifError } from "../lib/index.js";
import { diagnose, loadAddon } from "../lib/load-addon.js";
import { PACKAGE_ROOT } from "../lib/package-root.js";
import { temporaryFolder } from "./support/folders.js";

const BINARY = join(PACKAGE_ROOT, "build/Release/leitmotif.node");
const HERE = `${process.platform}-${process.arch}`;

/** A package's folder that holds one file as its binary for a platform. */
async function packageWith(t: ExecutionContext, platform: string, place: (file: string) => void): Promise<string> {
  const root = await temporaryFolder(t);
  const folder = join(root, "prebuilds", platform);
  mkdirSync(folder, { recursive: true });
  place(join(folder, "leitmotif.node"));
  return root;
}

function messageFor(t: ExecutionContext, root: string): string {
  const error = t.throws(() => loadAddon(root), { instanceOf: LeitmotifError, code: "ERR_NATIVE" });
  t.true(error.message.includes(root), error.message);
  t.true(error.message.includes(HERE), error.message);
  t.true(error.message.includes(process.versions.node), error.message);
  return error.message;
}

/** A shared library of a C source. */
function library(file: string, source: string, ...linked: string[]): string {
  execFileSync("cc", ["-shared", "-fPIC", "-x", "c", "-", "-x", "none", ...linked, "-o", file], { input: source });
  return file;
}

test("loads the binary of this platform", async (t) => {
  const root = await packageWith(t, HERE, (file) => copyFileSync(BINARY, file));
  t.is(typeof (loadAddon(root) as { simdLevel: unknown }).simdLevel, "function");
});

test("names both places where there is nothing, and the command that builds", async (t) => {
  const message = messageFor(t, await temporaryFolder(t));
  t.regex(message, /build\/Release/);
  t.true(message.includes(`prebuilds/${HERE}`));
  t.regex(message, /npm rebuild leitmotif/);
});

test("names the platforms for which there are binaries, where this is none of them", async (t) => {
  const message = messageFor(t, await packageWith(t, "sunos-sparc", (file) => copyFileSync(BINARY, file)));
  t.regex(message, /holds binaries for sunos-sparc.*install it again here/);
});

test("a damaged file fails in a process of its own too", async (t) => {
  const start = readFileSync(BINARY).subarray(0, 50);
  const message = messageFor(t, await packageWith(t, HERE, (file) => writeFileSync(file, start)));
  t.regex(message, /In a process of its own it fails as well.*[Ii]nstall the package again/);
});

test("a library that is no addon is told as such", async (t) => {
  const message = messageFor(t, await packageWith(t, HERE, (file) => library(file, "int answer(void) { return 42; }")));
  t.regex(message, /did not self-register/);
});

test("a binary for another processor ends the other process by a signal, not this one", async (t) => {
  const start = "__attribute__((constructor)) static void start(void) { raise(SIGILL); }";
  const file = library(join(await temporaryFolder(t), "crashes.node"), `#include <signal.h>\n${start}`);
  t.regex(diagnose(file), /ends with SIGILL: .*another processor/);
});

test("what loads in a process of its own is blamed on this one", async (t) => {
  t.regex(diagnose(BINARY), /does load in a process of its own/);
  const refusesHere = `
    #include <unistd.h>
    extern int napi_throw_error(void*, const char*, const char*);
    void* napi_register_module_v1(void* env, void* exports) {
      if (getpid() == ${process.pid}) napi_throw_error(env, 0, "not in this process");
      return exports;
    }`;
  const root = await packageWith(t, HERE, (file) => library(file, refusesHere));
  t.regex(messageFor(t, root), /not in this process\. It does load in a process of its own/);
});

test("advises by the reason", async (t) => {
  const folder = await temporaryFolder(t);
  const runtime = library(join(folder, "libgomp_of_test.so"), "int answer(void) { return 42; }");
  const file = library(join(folder, "needs.node"), "int answer(void); int ask(void) { return answer(); }", runtime);
  await rm(runtime);
  t.regex(diagnose(file), /OpenMP runtime should lie beside it/);
});
