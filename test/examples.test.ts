/** The examples, run as their readers run them: in processes of their own, on the built package. */
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import { PACKAGE_ROOT } from "../lib/package-root.js";
import { temporaryFolder } from "./support/folders.js";
import { makePhotos } from "./support/photos.js";
import { syntheticMaps } from "./support/synthetic-maps.js";

const EXAMPLES = join(PACKAGE_ROOT, "examples");

async function example(name: string, ...args: string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [join(EXAMPLES, name), ...args])).stdout;
}

test("a folder", async (t) => {
  const folder = await temporaryFolder(t);
  await makePhotos(join(folder, "photos"), 6);
  const output = await example("folder.mjs", join(folder, "photos"), join(folder, "out"));
  t.regex(output, /^\d+ objects recur in 6 photos$/m);
  t.regex(output, /index\.html$/m);
});

test("activation maps from elsewhere", async (t) => {
  const folder = join(await temporaryFolder(t), "maps");
  mkdirSync(folder);
  for (const { id, map } of syntheticMaps(12)) {
    const shape = `{'descr': '<f4', 'fortran_order': False, 'shape': (${map.height}, ${map.width}, ${map.channels}), }`;
    const header = Buffer.from(`\x93NUMPY\x01\x00\0\0${shape}`.padEnd(127) + "\n", "latin1");
    header.writeUInt16LE(118, 8);
    writeFileSync(join(folder, `${id}.npy`), Buffer.concat([header, new Uint8Array(map.data.buffer)]));
  }
  const output = await example("activation-maps.mjs", folder);
  const [, regions, objects] = output.match(/^12 maps, (\d+) regions, (\d+) objects$/m) ?? [];
  t.true(Number(regions) >= 12 && Number(objects) >= 1, output);
  t.is(output.match(/^an object of \d+ regions$/gm)?.length ?? 0, Number(objects));
});

test("workers", async (t) => {
  const folder = await temporaryFolder(t);
  const paths = (await makePhotos(folder, 4)).map((path) => join(folder, path));
  const output = await example("worker.mjs", ...paths);
  for (const path of paths) t.regex(output, new RegExp(`^${path}: [1-9]\\d* regions$`, "m"));
});

test("an abort, and going on after it", async (t) => {
  const folder = await temporaryFolder(t);
  await makePhotos(join(folder, "photos"), 6);
  const output = await example("abort.mjs", join(folder, "photos"), join(folder, "out"));
  const [, resumed] = output.match(/^stopped\nwent on after (\d+) photos, and finished 6\n$/) ?? [];
  t.true(Number(resumed) >= 2, output);
});
