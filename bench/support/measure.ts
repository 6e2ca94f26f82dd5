/** Timing of short calls. */

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
