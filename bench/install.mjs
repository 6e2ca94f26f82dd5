/**
 * How long an installation takes and how large it is, beside packages of the same kind: `node bench/install.mjs [runs]`.
 * Each run installs into an empty folder, first with an empty npm cache, then with what that left there; medians.
 * Scripts are off, but for a package that has no binary and must be compiled. Ours is packed from this checkout.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const runs = Number(process.argv[2] ?? 3);
const folder = mkdtempSync(join(tmpdir(), "leitmotif-install-"));

/** What is installed; `parts` are packages whose share of the size is told too. */
const PACKAGES = [
  { name: "leitmotif", from: pack(), parts: ["leitmotif", "onnxruntime-node", "@img"] },
  { name: "sharp", from: "sharp@0.35.5" },
  { name: "usearch", from: "usearch@2.25.1" },
  { name: "hnswlib-node", from: "hnswlib-node@3.0.0", compiles: true },
];

function pack() {
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--pack-destination", folder], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
  return join(folder, filename);
}

/** Bytes of all files below a folder. */
function size(path) {
  if (!existsSync(path)) return 0;
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

const megabytes = (bytes) => Math.round(bytes / 1e5) / 10;
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Seconds that an installation into an empty project takes. */
function install({ from, compiles }, cache, project) {
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "private": true }');
  const options = ["--no-audit", "--no-fund", "--prefer-offline", `--cache=${cache}`, `--ignore-scripts=${!compiles}`];
  const start = performance.now();
  execFileSync("npm", ["install", ...options, from], { cwd: project, stdio: "ignore" });
  return (performance.now() - start) / 1000;
}

try {
  for (const item of PACKAGES) {
    const cache = join(folder, "cache");
    const project = join(folder, "project");
    const cold = [];
    const warm = [];
    for (let run = 0; run < runs; run++) {
      rmSync(cache, { recursive: true, force: true });
      cold.push(install(item, cache, project));
      warm.push(install(item, cache, project));
    }
    const modules = join(project, "node_modules");
    console.log(
      JSON.stringify({
        package: item.name,
        coldSeconds: Number(median(cold).toFixed(1)),
        warmSeconds: Number(median(warm).toFixed(1)),
        megabytes: megabytes(size(modules)),
        of: Object.fromEntries((item.parts ?? []).map((part) => [part, megabytes(size(join(modules, part)))])),
      }),
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
