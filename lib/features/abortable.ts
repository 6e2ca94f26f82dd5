import { abortError, throwIfAborted } from "../errors.js";

/** The promise, or a rejection with `ERR_ABORTED` as soon as the signal says so; the work itself is not stopped. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  // Nobody waits for it where the signal was aborted before; how it ends is then no one's matter.
  promise.catch(() => undefined);
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(abortError(signal));
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    throwIfAborted(signal);
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop) signal.removeEventListener("abort", stop);
  }
}
