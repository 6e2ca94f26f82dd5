/** Finds and loads the native addon, and says what is the matter where it does not load. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { LeitmotifError, messageOf } from "./errors.js";

const require = createRequire(import.meta.url);

const PLATFORM = `${process.platform}-${process.arch}`;

/** Long enough for a slow disk; a binary that hangs at its start is no better than one that fails. */
const TRIAL_MS = 20_000;

/**
 * Loads the binary that node-gyp-build finds: what was built here, in `build/Release`, else the one that came with the
 * package, in `prebuilds/<platform>-<arch>`.
 *
 * @param root The package's folder.
 * @throws {LeitmotifError} `ERR_NATIVE` with the platform, what was looked for where, and what to do.
 */
export function loadAddon(root: string): unknown {
  const { path: find } = require("node-gyp-build") as { path: (root: string) => string };
  let binary: string;
  try {
    binary = find(root);
  } catch (cause) {
    throw new LeitmotifError("ERR_NATIVE", notFound(root), { cause });
  }
  try {
    return require(binary);
  } catch (cause) {
    const message =
      `the native addon does not load on ${describePlatform()}: ${relative(root, binary)} in ${root} was found, but ` +
      `${firstLine(messageOf(cause))}. ${diagnose(binary)}`;
    throw new LeitmotifError("ERR_NATIVE", message, { cause });
  }
}

function notFound(root: string): string {
  const others = prebuiltPlatforms(root);
  const looked = `looked for build/Release/*.node and prebuilds/${PLATFORM}/*.node in ${root}`;
  const advice =
    others.length > 0
      ? `The package holds binaries for ${others.join(", ")}. Where it was installed on another machine or for another ` +
        `one, install it again here; where yours is none of them, run ${REBUILD}`
      : `Run ${REBUILD}`;
  return `the native addon was not found for ${describePlatform()}: ${looked}. ${advice}`;
}

const REBUILD = '"npm rebuild leitmotif --ignore-scripts=false", which builds it or lists what a build needs';

/** The platforms that the package has binaries for. */
function prebuiltPlatforms(root: string): string[] {
  try {
    return readdirSync(join(root, "prebuilds")).sort();
  } catch {
    return [];
  }
}

/** The platform with what decides whether a binary fits: C library and version of Node. */
function describePlatform(): string {
  const { glibcVersionRuntime } = (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header;
  const library =
    process.platform !== "linux" ? "" : glibcVersionRuntime ? ` (glibc ${glibcVersionRuntime})` : " (musl)";
  return `${PLATFORM}${library} with Node ${process.versions.node}`;
}

/** Tries a binary in a process of its own, where nothing else is loaded, and says what that means. */
export function diagnose(binary: string): string {
  const script = "require(process.argv[1])";
  const child = spawnSync(process.execPath, ["-e", script, binary], { encoding: "utf8", timeout: TRIAL_MS });
  if (child.status === 0) {
    return (
      "It does load in a process of its own, so something in this one is in its way: another native module that " +
      "brings its own OpenMP or OpenBLAS, a memory limit, or Node's permission model (--allow-addons)"
    );
  }
  if (child.signal) {
    return (
      `In a process of its own it ends with ${child.signal}: the file is damaged, or was made for another processor. ` +
      `Install the package again, or run ${REBUILD}`
    );
  }
  const reason = child.error?.message ?? child.stderr.match(/^\w*Error: (.*)$/m)?.[1] ?? "it fails";
  return `In a process of its own it fails as well (${firstLine(reason)}). ${advice(reason)}`;
}

function advice(reason: string): string {
  if (/GLIBC_\d|GLIBCXX_|CXXABI_/.test(reason)) {
    return `This system's C library is older than the binary's: run ${REBUILD}`;
  }
  if (/libgomp|libomp/.test(reason)) {
    return "The OpenMP runtime should lie beside it, and something has removed it: install the package again";
  }
  return `Install the package again, or run ${REBUILD}`;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}
