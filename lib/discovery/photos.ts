import { join, resolve } from "node:path";
import { LeitmotifError } from "../errors.js";
import type { ActivationExtractor } from "../features/activation-extractor.js";
import type { ActivationMap } from "../features/activation-map.js";
import type { RgbImage } from "../features/image.js";
import type { FirstValue } from "./first-pass.js";
import { readWhole, sha256Of } from "./source.js";

/** The photos that a collection is made of, to look at again, and the network that looks. */
export class Photos {
  readonly #root: string;
  readonly #extractor: ActivationExtractor;

  constructor(folder: string, extractor: ActivationExtractor) {
    this.#root = resolve(folder);
    this.#extractor = extractor;
  }

  /** A photo's pixels as the network sees them. */
  async read({ path, sha256 }: FirstValue, signal: AbortSignal | undefined): Promise<RgbImage> {
    const content = await readWhole(join(this.#root, path), signal);
    if (sha256Of(content) !== sha256)
      throw new LeitmotifError("ERR_IMAGE", `${path} changed during the run; run again`);
    return this.#extractor.read(content, { signal });
  }

  /** The activation map of pixels. */
  async extract(pixels: RgbImage, signal: AbortSignal | undefined): Promise<ActivationMap> {
    return (await this.#extractor.extract(pixels, { signal })).map;
  }

  /** Whether the network's thread has ended: nothing can be looked at any more. */
  get closed(): boolean {
    return this.#extractor.closed;
  }
}
