import type { Skipped } from "../collection/schema.js";
import type { ChosenDevice } from "../features/device.js";

/**
 * The stages of a run, in order. Feature and object regions are passes over the images; `pairs`, where the whitening is
 * taught by some, looks at a few of them; the other stages look at all regions at once.
 */
export type Stage =
  "feature regions" | "pairs" | "whitening" | "graph" | "centrality" | "object regions" | "objects" | "writing";

/** What a run tells as it goes. */
export type DiscoverEvent =
  /** Told first, where there is a network: what it runs on, and why. */
  | ({ type: "device" } & ChosenDevice)
  /** Told when a stage begins, now and then, and when it ends. */
  | {
      type: "progress";
      stage: Stage;
      done: number;
      /** Null where a given iterable does not say how many it has. */
      total: number | null;
      /** How many of `done` an earlier run did. */
      resumed: number;
      /** Of this run; null until there is something to go by, as with `secondsLeft`. */
      perSecond: number | null;
      secondsLeft: number | null;
    }
  /** A file could not be used; the run goes on. */
  | ({ type: "skipped" } & Skipped)
  | { type: "warning"; message: string };

/** Takes the events of a run. */
export type DiscoverListener = (event: DiscoverEvent) => void;

const INTERVAL_MS = 100;

/** Counts a stage's items and tells of them: the start, the first that is done, the end, and else ten times a second. */
export class StageProgress {
  readonly #stage: Stage;
  readonly #total: number | null;
  readonly #tell: DiscoverListener | undefined;
  readonly #began = performance.now();
  #done = 0;
  #resumed = 0;
  #told = Number.NEGATIVE_INFINITY;
  #toldOfFirst = false;

  constructor(stage: Stage, total: number | null, tell: DiscoverListener | undefined) {
    this.#stage = stage;
    this.#total = total;
    this.#tell = tell;
    this.#report();
  }

  /** Items that this run did. */
  add(items: number): void {
    this.#done += items;
    this.#report();
  }

  /** An item that an earlier run did. */
  resume(): void {
    this.#resumed++;
    this.add(1);
  }

  /** For stages that tell of themselves as a fraction of their items. */
  readonly fraction = (fraction: number): void => {
    this.#done = Math.floor(fraction * (this.#total ?? 0));
    this.#report();
  };

  #report(): void {
    const now = performance.now();
    const fresh = this.#done - this.#resumed;
    const first = fresh > 0 && !this.#toldOfFirst;
    if (!first && this.#done !== this.#total && now - this.#told < INTERVAL_MS) return;
    this.#told = now;
    this.#toldOfFirst ||= first;
    const seconds = (now - this.#began) / 1000;
    const perSecond = fresh > 0 && seconds > 0 ? fresh / seconds : null;
    this.#tell?.({
      type: "progress",
      stage: this.#stage,
      done: this.#done,
      total: this.#total,
      resumed: this.#resumed,
      perSecond,
      secondsLeft: perSecond === null || this.#total === null ? null : (this.#total - this.#done) / perSecond,
    });
  }
}
