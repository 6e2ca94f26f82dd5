import type { RunOptions } from "../native.js";
import { throwIfAborted } from "../errors.js";

/**
 * Runs `work` on every item, `limit` of them at a time, and reports progress. An error, or the signal, stops it: no
 * further item is started, those under way are waited for, then the promise rejects.
 */
export async function concurrently<T>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<void>,
  { signal, onProgress }: RunOptions = {},
): Promise<void> {
  let next = 0;
  let done = 0;
  let failed = false;
  const lane = async () => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        throwIfAborted(signal);
        await work(items[index] as T, index);
      } catch (error) {
        failed = true;
        throw error;
      }
      onProgress?.(++done / items.length);
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, lane));
  for (const result of lanes) if (result.status === "rejected") throw result.reason;
}
