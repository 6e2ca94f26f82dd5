import { LeitmotifError, messageOf } from "../errors.js";
import { ActivationExtractor, type ExtractorOptions } from "../features/activation-extractor.js";
import type { ModelInfo } from "../features/network.js";
import type { RunOptions } from "../native.js";
import type { Collection } from "./collection.js";

/** What may differ from the run that made a collection: where its network is now, and what it runs on. */
export type NetworkOptions = { [K in "model" | "device" | "threads"]?: ExtractorOptions[K] | undefined };

/**
 * Opens the network that a collection was made with, to feed it images as that run did.
 *
 * @param options `model`: where the network is now, when it has moved.
 * @throws {LeitmotifError} `ERR_MODEL` when the collection was made of given activation maps, or its network is gone or
 *   another; `ERR_INVALID_ARGUMENT`, `ERR_ABORTED`.
 */
export async function openNetworkOf(
  { manifest, path }: Pick<Collection, "manifest" | "path">,
  options: NetworkOptions = {},
  run: RunOptions = {},
): Promise<ActivationExtractor> {
  if (manifest.model === null) {
    throw new LeitmotifError(
      "ERR_MODEL",
      `${path} was made of activation maps, not by a network: images cannot be fed, give their maps`,
    );
  }
  const recorded = (manifest.parameters.extractor ?? {}) as Partial<ExtractorOptions>;
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  // A preset or description that the run was told goes on holding where the file has moved.
  if (typeof recorded.model === "object" && typeof given.model === "string") {
    given.model = { ...recorded.model, path: given.model };
  }
  let extractor: ActivationExtractor;
  try {
    extractor = await ActivationExtractor.open({ ...recorded, ...given }, run);
  } catch (cause) {
    if (!(cause instanceof LeitmotifError) || cause.code !== "ERR_MODEL" || options.model !== undefined) throw cause;
    const message = `${messageOf(cause)}; say where the collection's network ${manifest.model.name} is now`;
    throw new LeitmotifError("ERR_MODEL", message, { cause });
  }
  try {
    checkNetwork(manifest.model, extractor.model);
    return extractor;
  } catch (error) {
    await extractor[Symbol.asyncDispose]();
    throw error;
  }
}

/** Checks that a network is the one that a collection was made with, where one is recorded. */
export function checkNetwork(recorded: Collection["manifest"]["model"], model: Readonly<ModelInfo>): void {
  if (recorded === null || (recorded.sha256 === model.sha256 && recorded.tensor === model.tensor)) return;
  const another = recorded.sha256 === model.sha256 ? `the tensor ${recorded.tensor}, not ${model.tensor}` : undefined;
  throw new LeitmotifError(
    "ERR_MODEL",
    another === undefined
      ? `the collection was made with the network ${recorded.name} (sha256 ${recorded.sha256.slice(0, 12)}…), and ` +
          `${model.path} is another; name the file of the collection's`
      : `the collection was made with ${another}; describe the network as it was then`,
  );
}
