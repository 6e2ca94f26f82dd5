import { checkInteger, checkNumber, invalid, withDefaults } from "../check.js";
import { Random } from "./scenes/random.js";

/** How often, and from which seed, is resampled. */
export interface BootstrapOptions {
  /** How often the queries are drawn anew, with replacement. More is steadier; cost is `resamples` x values. */
  resamples: number;
  /** Share of the resampled means that the interval holds, in (0, 1). */
  level: number;
  /** The same seed gives the same interval. */
  seed: number;
}

/** Defaults of {@link BootstrapOptions}. */
export const BOOTSTRAP_DEFAULTS: Readonly<BootstrapOptions> = { resamples: 2000, level: 0.95, seed: 0 };

/** A mean and the interval about it. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The mean of a measure over queries and its percentile bootstrap interval. NaNs (queries that cannot be measured) are
 * left out.
 *
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when no value is left.
 */
export function bootstrapMean(values: ArrayLike<number>, options?: Partial<BootstrapOptions>): Interval {
  return bootstrap(measured(values), options);
}

/**
 * The mean difference between two methods measured on the same queries, a - b, with its interval: the queries are drawn
 * in pairs, so what is hard for both cancels. An interval that holds 0 tells of no difference.
 */
export function bootstrapDifference(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options?: Partial<BootstrapOptions>,
): Interval {
  if (a.length !== b.length) throw invalid("b", `measured on the ${a.length} queries of a`, b);
  return bootstrap(measured(Array.from(a, (value, i) => value - (b[i] as number))), options);
}

function measured(values: ArrayLike<number>): number[] {
  const numbers = Array.from(values).filter((value) => !Number.isNaN(value));
  if (numbers.length === 0) throw invalid("values", "at least one measured query", values);
  return numbers;
}

function bootstrap(values: readonly number[], options: Partial<BootstrapOptions> | undefined): Interval {
  const { resamples, level, seed } = withDefaults("bootstrap options", options, BOOTSTRAP_DEFAULTS);
  checkInteger("resamples", resamples, { min: 100, max: 1_000_000 });
  checkNumber("level", level, { above: 0, below: 1 });
  checkInteger("seed", seed, { min: 0 });
  const n = values.length;
  const random = new Random(`bootstrap/${seed}`);
  const means = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += values[Math.floor(random.next() * n)] as number;
    means[i] = sum / n;
  }
  means.sort();
  const tail = (1 - level) / 2;
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / n,
    low: quantile(means, tail),
    high: quantile(means, 1 - tail),
  };
}

/** Of ascending values, linear between neighbours. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (place - below) * (high - low);
}
