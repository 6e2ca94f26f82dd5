import { rm } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { Collection, discover } from "../../lib/index.js";
import { faultyDisk } from "../support/faulty-disk.js";
import { temporaryFolder } from "../support/folders.js";
import { syntheticMaps } from "../support/synthetic-maps.js";

const maps = syntheticMaps(4);
const others = syntheticMaps(3, { seed: 77 });

/** Every which change the process is killed at: 1 tries all, and takes its time. */
const STRIDE = Number(process.env.LEITMOTIF_CRASH_STRIDE ?? 5);

/** The finished files but for their data folder's number: equal when the collections are bit for bit the same. */
async function filesOf(folder: string) {
  return (await Collection.open(folder)).manifest.files;
}

/** Runs until the disk takes no more changes; true when the run came to its end before. */
async function runUntil(limit: number, folder: string): Promise<boolean> {
  const disk = await faultyDisk(limit);
  try {
    await discover(maps, { out: folder, threads: 1 });
    return disk.changes() <= limit;
  } catch {
    return false;
  } finally {
    disk.restore();
  }
}

test.serial(
  "killed at any change of the disk, the folder holds no collection, and the next run completes it",
  async (t) => {
    const root = await temporaryFolder(t);
    await discover(maps, { out: join(root, "whole") });
    const whole = await filesOf(join(root, "whole"));
    let killed = 0;
    for (let limit = 0; ; limit += STRIDE) {
      const folder = join(root, String(limit));
      if (await runUntil(limit, folder)) break;
      killed++;
      const present = await filesOf(folder).catch((error: unknown) => (error as { code: string }).code);
      if (typeof present === "string") t.regex(present, /^ERR_COLLECTION(_CORRUPT)?$/, `killed at change ${limit}`);
      else t.deepEqual(present, whole, `killed at change ${limit}, after the manifest`);
      await rm(join(folder, "lock"), { force: true }); // as of a dead process
      await discover(maps, { out: folder, threads: 1 });
      t.deepEqual(await filesOf(folder), whole, `resumed after change ${limit}`);
      await rm(folder, { recursive: true });
    }
    t.true(killed > 150 / STRIDE, `killed at ${killed} places`);
  },
);

test.serial("killed while it replaces a collection, the folder holds the old one or the new one", async (t) => {
  const root = await temporaryFolder(t);
  await discover(maps, { out: join(root, "new") });
  await discover(others, { out: join(root, "old") });
  const [fresh, old] = [await filesOf(join(root, "new")), await filesOf(join(root, "old"))];
  let [olds, news] = [0, 0];
  for (let limit = 3; ; limit += 7) {
    const folder = join(root, String(limit));
    await discover(others, { out: folder });
    const finished = await runUntil(limit, folder);
    const present = await filesOf(folder);
    if (JSON.stringify(present) === JSON.stringify(old)) olds++;
    else {
      t.deepEqual(present, fresh, `killed at change ${limit}`);
      news++;
    }
    await rm(folder, { recursive: true });
    if (finished) break;
  }
  t.true(olds > 10 && news >= 1, `${olds} times the old one, ${news} times the new one`);
});
