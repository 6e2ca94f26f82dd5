#!/usr/bin/env node
// Makes a clone ready: system packages, npm packages, vendored headers, addon, JavaScript, the default network. Needs
// Node alone to start and may run any number of times; a step whose result is there is skipped.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { copyAssets } from "./assets.mjs";
import { buildNative } from "./build-native.mjs";
import { compile, installNpmPackages } from "./npm-packages.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";
import { vendor } from "./vendor.mjs";

const MINIMUM_NODE = [20, 17];

export async function setup() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
    throw new Error(`Node ${MINIMUM_NODE.join(".")} or newer is needed, this is ${process.versions.node}`);
  }
  ensureSystemPackages("build", "test");
  installNpmPackages();
  vendor();
  buildNative();
  compile();
  copyAssets();
}

if (process.argv[1] && existsSync(process.argv[1]) && fileURLToPath(import.meta.url) === process.argv[1]) {
  setup().catch((error) => {
    console.error(`setup: ${error.message}`);
    process.exitCode = 1;
  });
}
