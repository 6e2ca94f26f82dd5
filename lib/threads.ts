import { availableParallelism } from "node:os";
import { checkInteger } from "./check.js";

/** How many processors a call may use. */
export interface ThreadOptions {
  /** Threads at most. Default: `LEITMOTIF_THREADS`, else one a processor. */
  threads?: number | undefined;
}

/** How many threads a call may use: `requested`, else `LEITMOTIF_THREADS`, else one a processor. */
export function threadCount(requested?: number): number {
  if (requested !== undefined) return checkInteger("threads", requested, { min: 1, max: 1024 });
  const configured = process.env.LEITMOTIF_THREADS;
  if (configured) return checkInteger("LEITMOTIF_THREADS", Number(configured), { min: 1, max: 1024 });
  return availableParallelism();
}
