import { spawnSync } from "node:child_process";
import { readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import test from "ava";
import { FolderLock } from "../../lib/collection/lock.js";
import { temporaryFolder } from "../support/folders.js";

const held = { instanceOf: Error, code: "ERR_COLLECTION", message: /is being written by process/ };

test("one holder at a time", async (t) => {
  const folder = await temporaryFolder(t);
  const lock = await FolderLock.acquire(folder);
  await t.throwsAsync(FolderLock.acquire(folder), held);
  await lock.release();
  await (await FolderLock.acquire(folder)).release();
  t.deepEqual(await readdir(folder), []);
});

test("a dead process's lock is taken over, also when its pid was given to another", async (t) => {
  const folder = await temporaryFolder(t);
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  const dead = { pid, host: hostname(), began: "1", token: "x" };
  for (const holder of [dead, { ...dead, pid: process.pid }]) {
    await writeFile(join(folder, "lock"), JSON.stringify(holder));
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => FolderLock.acquire(folder)));
    const locks = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    t.is(locks.length, 1, "one of eight that try at once gets it");
    await locks[0]?.release();
    t.deepEqual(await readdir(folder), []);
  }
});

test("a takeover that died half-way is taken over as well", async (t) => {
  const folder = await temporaryFolder(t);
  const dead = { pid: process.pid, host: hostname(), began: "1" };
  await writeFile(join(folder, "lock"), JSON.stringify({ ...dead, token: "a/b" }));
  await writeFile(join(folder, "lock.a%2Fb.tmp"), JSON.stringify({ ...dead, token: "c" }));
  const lock = await FolderLock.acquire(folder);
  await t.throwsAsync(FolderLock.acquire(folder), held);
  await lock.release();
  t.deepEqual(await readdir(folder), []);
});

test("another machine's lock is respected, a torn one only while it is new", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "lock");
  await writeFile(path, JSON.stringify({ pid: 1, host: "elsewhere", began: null, token: "x" }));
  await t.throwsAsync(FolderLock.acquire(folder), { ...held, message: /process 1 on elsewhere.*delete/ });
  await writeFile(path, "");
  await t.throwsAsync(FolderLock.acquire(folder), held);
  await utimes(path, new Date(0), new Date(0));
  const lock = await FolderLock.acquire(folder);
  t.is((JSON.parse(await readFile(path, "utf8")) as { pid: number }).pid, process.pid);
  await lock.release();
});
