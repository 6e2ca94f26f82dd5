import type { Manifest } from "../collection/schema.js";

/** Seconds and items by part of a run. */
export type Timings = Manifest["timings"];

/** Adds up the seconds that each part of a run takes, and the items that pass through it. */
export class Stopwatch {
  readonly #timings: Timings = {};

  async time<T>(part: string, items: number, body: () => Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await body();
    } finally {
      this.add(part, (performance.now() - began) / 1000, items);
    }
  }

  add(part: string, seconds: number, items: number): void {
    const timing = (this.#timings[part] ??= { seconds: 0, items: 0 });
    timing.seconds += seconds;
    timing.items += items;
  }

  get timings(): Timings {
    return structuredClone(this.#timings);
  }
}
