import { existsSync } from "node:fs";
import { join } from "node:path";
import { generateScenes, type SceneSetOptions } from "../../lib/index.js";

/** Draws scenes into a folder that does not hold them yet. @returns the folder. */
export async function drawn(out: string, options: Partial<SceneSetOptions>): Promise<string> {
  if (!existsSync(join(out, "scenes.json"))) await generateScenes({ ...options, out });
  return out;
}
