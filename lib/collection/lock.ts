import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { LeitmotifError } from "../errors.js";
import { diskError, isMissing } from "./disk.js";
import { LOCK_FILE } from "./schema.js";

interface Holder {
  pid: number;
  host: string;
  /** When the process began, as the system counts it, so that a reused pid is not taken for it; null if unknown. */
  began: string | null;
  token: string;
}

/** Field 22 of /proc/<pid>/stat; the process's name before it may hold spaces and brackets. */
function beganAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

function isAlive({ pid, host, began }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return began === null || beganAt(pid) === began;
}

/** A lock is written in the instant in which it appears; one that cannot be read for longer was torn by a crash. */
const UNREADABLE_MS = 5000;

/** Who holds the lock; undefined when nobody does. */
async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const content = await readFile(path, "utf8");
    const age = Date.now() - (await stat(path)).mtimeMs;
    try {
      return JSON.parse(content) as Holder;
    } catch {
      return { pid: 0, host: age < UNREADABLE_MS ? "an unknown machine" : hostname(), began: "never", token: "" };
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw diskError(error, "read", path);
  }
}

/** Writes the lock if there is none. */
async function created(path: string, holder: Holder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(holder), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw diskError(error, "written", path);
  }
}

/** Removes a lock, if it is still the one of that token. */
async function released(path: string, token: string): Promise<void> {
  if ((await readHolder(path))?.token === token) await rm(path, { force: true });
}

/** Makes the lock the holder's; one of a dead process is taken over. */
async function held(path: string, holder: Holder, folder: string): Promise<void> {
  while (!(await created(path, holder))) {
    const other = await readHolder(path);
    if (other === undefined) continue; // released meanwhile
    if (isAlive(other)) {
      throw new LeitmotifError(
        "ERR_COLLECTION",
        `${folder} is being written by process ${other.pid} on ${other.host}; wait for it, or delete ${path} when that ` +
          "process is gone",
      );
    }
    if (await takenOver(path, other, holder, folder)) return;
  }
}

/**
 * Puts the holder in the place of a dead one. Of several that find the same dead lock only one may, or the last would
 * take over what the first has just made its own: who does holds a lock named after the dead one meanwhile.
 */
async function takenOver(path: string, dead: Holder, holder: Holder, folder: string): Promise<boolean> {
  const claim = `${path}.${encodeURIComponent(dead.token) || "torn"}.tmp`;
  await held(claim, holder, folder);
  try {
    const present = await readHolder(path);
    if (present?.token !== dead.token || isAlive(present)) return false;
    const fresh = `${path}.${holder.token}.tmp`;
    try {
      await writeFile(fresh, JSON.stringify(holder));
      await rename(fresh, path);
    } catch (error) {
      throw diskError(error, "taken over", path);
    }
    return true;
  } finally {
    await released(claim, holder.token);
  }
}

/**
 * Lets one process at a time write a collection folder. A lock whose process has died is taken over; one from another
 * machine is respected, since nothing can be known of its process.
 */
export class FolderLock {
  readonly #path: string;
  readonly #token: string;

  private constructor(path: string, token: string) {
    this.#path = path;
    this.#token = token;
  }

  /** @throws {LeitmotifError} `ERR_COLLECTION` when another process holds the folder, `ERR_DISK`. */
  static async acquire(folder: string): Promise<FolderLock> {
    const path = join(folder, LOCK_FILE);
    const holder = { pid: process.pid, host: hostname(), began: beganAt(process.pid), token: randomUUID() };
    await held(path, holder, folder);
    return new FolderLock(path, holder.token);
  }

  release(): Promise<void> {
    return released(this.#path, this.#token);
  }
}
