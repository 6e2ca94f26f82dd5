/**
 * Whether nothing is found where nothing recurs, and the one thing that does (docs/objects.md):
 * `node --import ./bench/support/register-typescript.mjs bench/nothing-recurs.ts [model] [seeds, with commas between]`
 *
 * Of each object found: regions that show the thing / all of its regions.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { discoverScenes, membersOf } from "./support/one-thing.js";

const [model = "default", seeds = "1,2,3,4,5,6,7,8,9,10,11,12"] = process.argv.slice(2);

async function found(seed: number, things: 0 | 1): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "leitmotif-bench-"));
  try {
    const objects = await membersOf(folder, await discoverScenes(folder, { seed, things, model }));
    return objects.map(({ members, right }) => `${right}/${members}`).join(", ") || "–";
  } finally {
    await rm(folder, { recursive: true });
  }
}

const rows: Record<string, Record<string, string>> = {};
for (const seed of seeds.split(",").map(Number))
  rows[seed] = { "nothing recurs": await found(seed, 0), "one thing does": await found(seed, 1) };
console.table(rows);
