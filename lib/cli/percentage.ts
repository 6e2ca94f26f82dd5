import type { Terminal } from "./terminal.js";

/** Shows how far a single step is, on a line that is written over; tells nothing where there is no terminal. */
export function percentage({ err, interactive }: Terminal, label: string): ((fraction: number) => void) | undefined {
  if (!interactive) return undefined;
  return (fraction) => err(`\r${label}: ${Math.floor(100 * fraction)} %${fraction >= 1 ? "\n" : ""}`);
}
