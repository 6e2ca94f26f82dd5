// Puts the vendored headers in place, from pinned packages, their content checked against a hash. They are not in git,
// but they are in the npm tarball, with their licences.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./run.mjs";

const SOURCES = [
  {
    name: "eigen",
    origin: "Debian libeigen3-dev 3.4.0-4",
    files: [
      ["/usr/include/eigen3/Eigen", "Eigen"],
      ["/usr/share/doc/libeigen3-dev/copyright", "LICENSE"],
    ],
    sha256: "e5084f8175f378017914ff62ddd1f6dcd81c8482a7a4edd32d9fd4010d2d8c70",
  },
  {
    name: "hnswlib",
    origin: "npm hnswlib-node 3.0.0",
    files: [
      [join(ROOT, "node_modules/hnswlib-node/src/hnswlib"), "hnswlib"],
      [join(ROOT, "node_modules/hnswlib-node/src/hnswlib/LICENSE"), "LICENSE"],
    ],
    sha256: "ffb6d725395385143ac2bc03bf5c90c9c8ad63b86d312dc4c9e1716da1977e7d",
  },
];

/** SHA-256 over the names and contents of all files below a folder, in order of name. */
function hashTree(folder) {
  const hash = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  for (const file of files) {
    hash.update(`${file.slice(folder.length + 1)}\0`);
    hash.update(readFileSync(file));
  }
  return hash.digest("hex");
}

export function vendor() {
  for (const { name, origin, files, sha256 } of SOURCES) {
    const target = join(ROOT, "native/vendor", name);
    if (existsSync(target) && hashTree(target) === sha256) continue;
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target, { recursive: true });
    for (const [from, to] of files) {
      if (!existsSync(from)) throw new Error(`${name}: ${from} is missing; it comes from ${origin}`);
      cpSync(from, join(target, to), { recursive: true });
    }
    const actual = hashTree(target);
    if (actual !== sha256) {
      rmSync(target, { recursive: true });
      throw new Error(`${name} is not the pinned version (${origin}): its hash is ${actual}, expected ${sha256}`);
    }
  }
}
