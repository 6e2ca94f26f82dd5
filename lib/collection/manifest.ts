import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { LeitmotifError } from "../errors.js";
import { diskError, isMissing } from "./disk.js";
import { corrupt } from "./fields.js";
import { DATA_FOLDER, FORMAT, FORMAT_VERSION, type Manifest, MANIFEST_FILE, manifestField } from "./schema.js";

/**
 * The manifest of the collection in `folder`; undefined where the folder holds no finished collection.
 *
 * @throws {LeitmotifError} `ERR_COLLECTION` when `folder` is no folder or its manifest another program's,
 *   `ERR_COLLECTION_VERSION` when a newer release wrote it, `ERR_COLLECTION_CORRUPT`, `ERR_DISK`.
 */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, MANIFEST_FILE);
  const content = await readIfThere(folder, path);
  if (content === undefined) return undefined;
  const manifest = parse(path, content);
  if (manifest.format !== FORMAT) {
    throw new LeitmotifError("ERR_COLLECTION", `${path} is no manifest of a Leitmotif collection; name another folder`);
  }
  if (typeof manifest.version === "number" && manifest.version > FORMAT_VERSION) {
    throw new LeitmotifError(
      "ERR_COLLECTION_VERSION",
      `${folder} has format version ${manifest.version} (leitmotif ${String(manifest.leitmotif)}), this release reads up ` +
        `to ${FORMAT_VERSION}; update leitmotif`,
    );
  }
  const checked = manifestField(manifest, path);
  if (!DATA_FOLDER.test(checked.data)) throw corrupt(`${path}.data`, `names no data folder: ${checked.data}`);
  return checked;
}

async function readIfThere(folder: string, path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (!isMissing(error) && (error as NodeJS.ErrnoException).code !== "ENOTDIR") throw diskError(error, "read", path);
  }
  const status = await stat(folder).catch(() => undefined);
  if (status === undefined) {
    throw new LeitmotifError("ERR_COLLECTION", `there is no folder ${folder}: pass one that discover wrote`);
  }
  if (!status.isDirectory()) {
    throw new LeitmotifError("ERR_COLLECTION", `${folder} is a file; a collection is a folder`);
  }
  return undefined;
}

function parse(path: string, content: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw corrupt(path, "is not JSON", cause);
  }
  throw corrupt(path, "is not a JSON object");
}
