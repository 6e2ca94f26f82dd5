import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import { Collection } from "../../lib/index.js";
import { temporaryFolder } from "../support/folders.js";
import { makePhotos } from "../support/photos.js";
import { TINY_DESCRIPTION, tinyGraph, writeModel } from "../support/tiny-network.js";
import { randomNumbers } from "../support/vectors.js";

const MAIN = fileURLToPath(new URL("../../lib/cli/main.js", import.meta.url));

async function setting(t: ExecutionContext, count: number) {
  const root = await temporaryFolder(t);
  await mkdir(join(root, "photos"));
  await makePhotos(join(root, "photos"), count);
  const model = writeModel(root, "tiny.onnx", tinyGraph());
  await writeFile(join(root, "tiny.json"), JSON.stringify(TINY_DESCRIPTION));
  /** The command line in a process of its own, telling events as JSON. */
  const start = (out: string) => {
    const argv = ["discover", join(root, "photos"), "--out", join(root, out), "--model", model, "--json"];
    return spawn(process.execPath, [MAIN, ...argv], { stdio: ["ignore", "pipe", "inherit"] });
  };
  const filesIn = async (out: string) => (await Collection.open(join(root, out))).manifest.files;
  return { root, start, filesIn };
}

/** Waits for the first event, when the work has begun. */
async function begun(child: ChildProcess): Promise<void> {
  await once(child.stdout as NodeJS.ReadableStream, "data");
  child.stdout?.resume();
}

async function ended(child: ChildProcess): Promise<number | null> {
  child.stdout?.resume();
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
}

test.serial("kill -9 at random moments, then go on: the same collection, bit for bit", async (t) => {
  const { root, start, filesIn } = await setting(t, 40);
  t.is(await ended(start("whole")), 0);
  const whole = await filesIn("whole");
  const random = randomNumbers(5);
  let killed = 0;
  for (let round = 0; round < 5; round++) {
    const child = start("out");
    await begun(child);
    await wait(400 * random());
    child.kill("SIGKILL");
    if ((await ended(child)) === 0) await rm(join(root, "out"), { recursive: true });
    else killed++;
  }
  t.true(killed > 0);
  t.is(await ended(start("out")), 0, "the dead process's lock is taken over");
  t.deepEqual(await filesIn("out"), whole);
});

test.serial("Ctrl-C ends the process with 130, and the next run goes on", async (t) => {
  const { start, filesIn } = await setting(t, 60);
  const child = start("out");
  await begun(child);
  const sent = performance.now();
  child.kill("SIGINT");
  t.is(await ended(child), 130);
  t.log(`ended ${Math.round(performance.now() - sent)} ms after Ctrl-C`);
  await t.throwsAsync(filesIn("out"), { instanceOf: Error });
  t.is(await ended(start("out")), 0);
  t.is(Object.keys(await filesIn("out")).length, 25);
});
