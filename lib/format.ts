/** Numbers as a reader wants them. */

const WHOLE = new Intl.NumberFormat("en");

/** 12345 -> "12,345". */
export const count = (value: number): string => WHOLE.format(value);

/** (1, "photo") -> "1 photo", (2, "photo") -> "2 photos". */
export const counted = (value: number, noun: string, plural = `${noun}s`): string =>
  `${count(value)} ${value === 1 ? noun : plural}`;

/** Seconds: 0.0123 -> "12 ms", 4.21 -> "4.2 s", 200 -> "3 min 20 s", 7300 -> "2 h 2 min". */
export function duration(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${count(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** Three significant digits, without exponent where it can be read without: 0.01234 -> "0.0123", 1e-9 -> "1.00e-9". */
export function significant(value: number): string {
  if (value === 0) return "0";
  return Math.abs(value) < 1e-4 ? value.toExponential(2) : String(Number(value.toPrecision(3)));
}
