import { availableParallelism } from "node:os";
import { checkInteger } from "./check.js";

/** How many processors a call may use. */
export interface ThreadOptions {
  /** Threads at most. Default: `LEITMOTIF_THREADS`, else one a processor. */
  threads?: number | undefined;
}

/** How many threads a call may use: `requested`, else `LEITMOTIF_THREADS`, else one a processor. */
export function threadCount(requested?: number): number {
  if (requested !== undefined) return checkInteger("threads", requested, { min: 1, max: 1024 });
  const configured = process.env.LEITMOTIF_THREADS;
  if (configured) return checkInteger("LEITMOTIF_THREADS", Number(configured), { min: 1, max: 1024 });
  return availableParallelism();
}

/**
 * Threads that decoding, network and kernels share. Fewer than the machine has processors are never exceeded: work waits
 * until as many are free as it takes. Where all processors may be used, nothing waits, since the system shares them out
 * better than we do.
 */
export class ThreadBudget {
  readonly threads: number;
  #free: number;
  #waiting: { threads: number; start: () => void }[] = [];

  constructor(threads: number, processors: number = availableParallelism()) {
    this.threads = threads;
    this.#free = threads < processors ? threads : Number.POSITIVE_INFINITY;
  }

  /**
   * Does work that computes on so many threads (0: elsewhere, on a graphics processor). What takes more threads goes
   * before what takes fewer: a network before the decoding of further images, which would only fill the memory.
   */
  async use<T>(threads: number, work: () => Promise<T>): Promise<T> {
    const taken = Math.min(threads, this.threads);
    const behind = this.#waiting.some((other) => other.threads >= taken);
    if (taken > 0 && (behind || taken > this.#free)) {
      await new Promise<void>((start) => this.#enqueue({ threads: taken, start }));
    } else {
      this.#free -= taken;
    }
    try {
      return await work();
    } finally {
      this.#free += taken;
      this.#startNext();
    }
  }

  #enqueue(entry: { threads: number; start: () => void }): void {
    const place = this.#waiting.findIndex((other) => other.threads < entry.threads);
    this.#waiting.splice(place < 0 ? this.#waiting.length : place, 0, entry);
  }

  #startNext(): void {
    for (let next = this.#waiting[0]; next && next.threads <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.threads;
      next.start();
    }
  }
}
