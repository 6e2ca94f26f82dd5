import { ThreadBudget } from "../threads.js";
import type { DiscoverListener } from "./events.js";
import { Stopwatch } from "./timings.js";

/** What every stage of one run is given. */
export class RunContext {
  readonly signal: AbortSignal | undefined;
  readonly tell: DiscoverListener | undefined;
  readonly threads: number;
  /** What the stages of the run share those threads by. */
  readonly budget: ThreadBudget;
  readonly stopwatch = new Stopwatch();
  /** What the run warned of. */
  readonly warnings: string[] = [];

  constructor(signal: AbortSignal | undefined, tell: DiscoverListener | undefined, threads: number) {
    this.signal = signal;
    this.tell = tell;
    this.threads = threads;
    this.budget = new ThreadBudget(threads);
  }

  warn(message: string): void {
    this.warnings.push(message);
    this.tell?.({ type: "warning", message });
  }

  /** Images that are loaded ahead of the stages that take them, and most that these take at once. */
  get imagesAhead(): number {
    return 2 * this.threads;
  }
}
