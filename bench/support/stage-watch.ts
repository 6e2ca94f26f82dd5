/** What a stage took. */
export interface Spent {
  /** On the clock. */
  seconds: number;
  /** Of all threads together. */
  processor: number;
  /** Largest resident memory of this process, bytes; sampled. */
  peak: number;
}

/** Runs stages one after the other, and notes what each takes; {@link StageWatch.time} of one name adds up. */
export class StageWatch {
  readonly stages = new Map<string, Spent>();

  async time<T>(stage: string, body: () => Promise<T>): Promise<T> {
    const spent = this.stages.get(stage) ?? { seconds: 0, processor: 0, peak: 0 };
    this.stages.set(stage, spent);
    const sample = () => (spent.peak = Math.max(spent.peak, process.memoryUsage.rss()));
    const timer = setInterval(sample, 50);
    const [began, used] = [performance.now(), process.cpuUsage()];
    try {
      return await body();
    } finally {
      const { user, system } = process.cpuUsage(used);
      clearInterval(timer);
      sample();
      spent.seconds += (performance.now() - began) / 1000;
      spent.processor += (user + system) / 1e6;
    }
  }

  /** Says what each stage took, on the error output. */
  tell(): void {
    for (const [stage, { seconds, processor, peak }] of this.stages) {
      const GiB = (peak / 2 ** 30).toFixed(2);
      console.error(`${stage}: ${seconds.toFixed(1)} s, processor ${processor.toFixed(1)} s, ${GiB} GiB`);
    }
  }
}
