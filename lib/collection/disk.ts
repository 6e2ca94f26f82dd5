import { LeitmotifError, messageOf } from "../errors.js";

const HINTS: Record<string, string> = {
  ENOSPC: "the disk is full; free some space and run again",
  EDQUOT: "the disk quota is used up; free some space and run again",
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "the file system is read-only",
  ENOENT: "it does not exist",
  ENOTDIR: "a part of its path is not a folder",
  EISDIR: "it is a folder",
  EMFILE: "too many files are open",
};

/** Turns an error of the file system into `ERR_DISK`; a LeitmotifError stays as it is. */
export function diskError(error: unknown, action: string, path: string): LeitmotifError {
  if (error instanceof LeitmotifError) return error;
  const { code = "" } = error as NodeJS.ErrnoException;
  return new LeitmotifError("ERR_DISK", `${path} could not be ${action}: ${HINTS[code] ?? messageOf(error)}`, {
    cause: error,
  });
}

/** Runs `body`; what fails in it is `ERR_DISK` with the action ("written", "read") and the path. */
export async function onDisk<T>(action: string, path: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw diskError(error, action, path);
  }
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === "ENOENT";
}
