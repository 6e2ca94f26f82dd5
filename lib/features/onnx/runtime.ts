/**
 * Loads onnxruntime-node when a network is first opened. It is an optional dependency: its install script downloads
 * CUDA libraries from outside the npm registry, and where it fails npm leaves the package out.
 */
import { createRequire } from "node:module";
import type * as onnxruntime from "onnxruntime-node";
import { LeitmotifError, messageOf } from "../../errors.js";

/** What onnxruntime-node exports. */
export type Runtime = typeof onnxruntime;

/** The command that puts the right version in place, without its script, which nothing here needs. */
function installCommand(): string {
  const require = createRequire(import.meta.url);
  const { optionalDependencies } = require("../../../package.json") as { optionalDependencies: Record<string, string> };
  return `npm install --ignore-scripts onnxruntime-node@${optionalDependencies["onnxruntime-node"]}`;
}

/**
 * @throws {LeitmotifError} `ERR_NATIVE` when it is not installed, with the command that installs it, or has no binary
 *   for this platform.
 */
export async function loadRuntime(): Promise<Runtime> {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND";
    throw new LeitmotifError(
      "ERR_NATIVE",
      missing
        ? "onnxruntime-node, which runs networks, is not installed (npm leaves it out where its install script cannot " +
            `download): run "${installCommand()}"`
        : `onnxruntime-node, which runs networks, cannot be loaded on ${process.platform}-${process.arch} ` +
            `(${messageOf(cause)}); what takes activation maps works without it`,
      { cause },
    );
  }
}
