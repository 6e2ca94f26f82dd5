import test from "ava";
import fc from "fast-check";
import { ThreadBudget } from "../../lib/threads.js";

/** Work that ends when it is told to. */
function stoppable() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { end, work: () => ended };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("work never takes more threads together than the budget has, and all of it is done", async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 3 })), { maxLength: 30 }),
      async (threads, jobs) => {
        const budget = new ThreadBudget(threads, 100);
        let [inUse, most, done] = [0, 0, 0];
        await Promise.all(
          jobs.map(([wanted, turns]) =>
            budget.use(wanted, async () => {
              const taken = Math.min(wanted, threads);
              inUse += taken;
              most = Math.max(most, inUse);
              for (let i = 0; i < turns; i++) await settled();
              inUse -= taken;
              done++;
            }),
          ),
        );
        return most <= threads && done === jobs.length;
      },
    ),
    { numRuns: 100 },
  );
  t.pass();
});

test("what takes more threads goes first, and what takes none waits for nothing", async (t) => {
  const budget = new ThreadBudget(2, 8);
  const order: string[] = [];
  const note = (name: string) => () => Promise.resolve(void order.push(name));
  const first = stoppable();
  const running = [
    budget.use(1, first.work),
    budget.use(2, note("network")),
    budget.use(1, note("decoding")),
    budget.use(0, note("graphics")),
  ];
  await settled();
  t.deepEqual(order, ["graphics"]);
  first.end();
  await Promise.all(running);
  t.deepEqual(order, ["graphics", "network", "decoding"]);
});

test("with all processors nothing waits", async (t) => {
  const budget = new ThreadBudget(4, 4);
  const works = Array.from({ length: 3 }, stoppable);
  let started = 0;
  const running = works.map(({ work }) =>
    budget.use(4, () => {
      started++;
      return work();
    }),
  );
  await settled();
  t.is(started, 3);
  for (const { end } of works) end();
  await Promise.all(running);
});

test("work that fails gives its threads back", async (t) => {
  const budget = new ThreadBudget(1, 8);
  await t.throwsAsync(budget.use(1, () => Promise.reject(new RangeError("no"))));
  t.is(await budget.use(1, () => Promise.resolve(7)), 7);
});
