/** Timing of calls. */
import type { RunOptions } from "../../lib/index.js";

/** Middle value; of an even number, the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[half] as number) : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}

/** Milliseconds of each of `repeats` calls, after a tenth as many that are not counted. */
export function times(repeats: number, body: () => void): number[] {
  for (let i = 0; i < repeats / 10; i++) body();
  return Array.from({ length: repeats }, () => {
    const start = performance.now();
    body();
    return performance.now() - start;
  });
}

/** The shortest of `repeats` times of a call, in milliseconds: what it takes where nothing else runs. */
export async function shortest(repeats: number, body: () => unknown): Promise<number> {
  let best = Infinity;
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    await body();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/**
 * Seconds of a long call whose progress is even: of all of it, or, where it takes longer than `limit` seconds, as its
 * progress until then says, at which it is stopped.
 *
 * @param from Progress up to which there is next to nothing to do. @returns and the share that was measured.
 */
export async function partlyMeasured(
  limit: number,
  from: number,
  call: (run: RunOptions) => Promise<unknown>,
): Promise<{ seconds: number; share: number }> {
  const stop = new AbortController();
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  let reached = { seconds: 0, share: 0 };
  const onProgress = (done: number) => {
    const share = (done - from) / (1 - from);
    // When a share has just been reached is known, how far the next is not.
    if (share > reached.share) reached = { seconds: elapsed(), share };
    if (elapsed() > limit) stop.abort();
  };
  try {
    await call({ signal: stop.signal, onProgress });
    return { seconds: elapsed(), share: 1 };
  } catch (error) {
    if (!stop.signal.aborted || reached.share === 0) throw error;
    return { ...reached, seconds: reached.seconds / reached.share };
  }
}
