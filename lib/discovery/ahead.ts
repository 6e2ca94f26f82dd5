/**
 * Works ahead of a consumer: starts `work` on the items in order, at most `limit` at a time beyond what was taken, and
 * gives the results in order, in batches of what is ready (at least one, at most `limit`). So a slow producer is handed
 * on result by result, a fast one in whole batches.
 */
export async function* ahead<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R[]> {
  const iterator = iterate(items);
  const queue: { result: Promise<R>; settled: boolean }[] = [];
  let exhausted = false;
  const fill = async () => {
    while (!exhausted && queue.length < limit) {
      const next = await iterator.next();
      if (next.done) {
        exhausted = true;
        return;
      }
      const entry = { result: work(next.value), settled: false };
      const settle = () => {
        entry.settled = true;
      };
      entry.result.then(settle, settle);
      queue.push(entry);
    }
  };
  try {
    for (;;) {
      await fill();
      const first = queue.shift();
      if (!first) return;
      const batch = [await first.result];
      while (batch.length < limit && queue[0]?.settled) batch.push(await (queue.shift() as typeof first).result);
      await fill();
      yield batch;
    }
  } finally {
    await iterator.return?.();
    // Results that nobody takes any more: what fails among them must not be an unhandled rejection.
    await Promise.allSettled(queue.map((entry) => entry.result));
  }
}

function iterate<T>(items: Iterable<T> | AsyncIterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
}
