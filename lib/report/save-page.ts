import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { diskError } from "../collection/disk.js";
import type { Html } from "./html.js";

/** Writes a page that is one file, whole or not at all, and the folders that it lies in. @throws `ERR_DISK`. */
export async function savePage(path: string, page: Html): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.partial`, page.toString());
    await rename(`${path}.partial`, path);
  } catch (error) {
    throw diskError(error, "written", path);
  }
}
