import type { RunOptions } from "../native.js";

/** Progress over steps of about the same length. */
export class Steps {
  readonly #count: number;
  readonly #run: RunOptions;
  #begun = 0;

  constructor(count: number, run: RunOptions) {
    this.#count = count;
    this.#run = run;
  }

  next(): RunOptions {
    const { signal, onProgress } = this.#run;
    const begun = this.#begun++;
    return { signal, onProgress: onProgress && ((fraction) => onProgress((begun + fraction) / this.#count)) };
  }
}
