import fs, { type FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

type Changing = "open" | "writeFile" | "rename" | "rm" | "rmdir" | "mkdir";
const CHANGING: readonly Changing[] = ["open", "writeFile", "rename", "rm", "rmdir", "mkdir"];
const CHANGING_HANDLE = ["write", "sync", "truncate"] as const;

type AnyFunction = (...args: unknown[]) => Promise<unknown>;

/**
 * Puts a disk under the process that stops to take changes after `limit` of them, as when the process is killed there:
 * that change (of a write, its first half) and all later ones are lost. Reading goes on.
 *
 * @returns how many changes there were, and what puts the real disk back.
 */
export async function faultyDisk(limit: number): Promise<{ changes: () => number; restore: () => void }> {
  let changes = 0;
  const dead = () => ++changes > limit;
  const lost = () => Promise.reject(Object.assign(new Error("the process is dead"), { code: "EDEAD" }));
  const undo: (() => void)[] = [];
  const replace = <T extends object>(target: T, name: keyof T, make: (original: AnyFunction) => AnyFunction) => {
    const original = target[name] as AnyFunction;
    (target as Record<keyof T, unknown>)[name] = make(original);
    undo.push(() => {
      (target as Record<keyof T, unknown>)[name] = original;
    });
  };

  for (const name of CHANGING) {
    replace(fs, name, (original) => (...args) => {
      const reads = name === "open" && args[1] === "r";
      return !reads && dead() ? lost() : original.apply(fs, args);
    });
  }
  const probe = await fs.open("/dev/null", "r");
  const prototype = Object.getPrototypeOf(probe) as FileHandle;
  await probe.close();
  for (const name of CHANGING_HANDLE) {
    replace(
      prototype,
      name,
      (original) =>
        async function (this: FileHandle, ...args: unknown[]) {
          if (!dead()) return original.apply(this, args);
          if (name === "write" && changes === limit + 1) {
            const [buffer, offset, length, position] = args as [Uint8Array, number, number, number | null];
            await original.call(this, buffer, offset, length >> 1, position);
          }
          return lost();
        },
    );
  }
  syncBuiltinESMExports();
  return {
    changes: () => changes,
    restore: () => {
      undo.forEach((put) => put());
      syncBuiltinESMExports();
    },
  };
}
