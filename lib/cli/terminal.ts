/** Where a command reads and writes; tests give their own. */
export interface Terminal {
  /** Results. */
  out: (text: string) => void;
  /** Progress, warnings and errors. */
  err: (text: string) => void;
  /** Whether `err` is a terminal, whose last line can be written over. */
  interactive: boolean;
  columns: () => number;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/** Seconds, to the second: 4.2 -> "4 s", 63 -> "1 min 03 s"; of one width while it counts down. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} min`;
}
