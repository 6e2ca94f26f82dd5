import { discoverInMemory } from "./discover-maps.js";
import type { Parameters } from "./parameters.js";
import { RunContext } from "./run-context.js";

const SIDE = 6;
const CHANNELS = 8;

/**
 * Takes two tiny maps through the whole method: each stage checks its own options, so a wrong one is told before hours
 * of work and not after them.
 *
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` that names the option.
 */
export async function rehearse(parameters: Parameters): Promise<void> {
  const maps = ["a", "b"].map((id, seed) => {
    const data = Float32Array.from({ length: SIDE * SIDE * CHANNELS }, (_, i) => (i * i + 3 * seed) % 7);
    return { id, map: { data, height: SIDE, width: SIDE, channels: CHANNELS } };
  });
  const whitening = { ...parameters.whitening, method: "pca" as const };
  await discoverInMemory(maps, { ...parameters, whitening, maps: "keep" }, new RunContext(undefined, undefined, 1));
}
