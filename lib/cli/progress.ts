import type { DiscoverEvent, DiscoverListener } from "../discovery/events.js";
import { duration, type Terminal } from "./terminal.js";

export type ProgressForm = "terminal" | "lines" | "json" | "none";

/** How a run shows itself: `show` takes its events, `end` clears what is left on the line. */
export interface Progress {
  show: DiscoverListener;
  end: () => void;
}

export function progress(form: ProgressForm, terminal: Terminal): Progress {
  switch (form) {
    case "terminal":
      return rewritten(terminal);
    case "lines":
      return lines(terminal);
    case "json":
      return { show: (event) => terminal.out(`${JSON.stringify(event)}\n`), end: () => undefined };
    case "none":
      return { show: () => undefined, end: () => undefined };
  }
}

const CLEAR_LINE = "\r\x1b[K";

/** A line a stage, written over as it goes on; skipped files and warnings stay above it. */
function rewritten({ err, columns }: Terminal): Progress {
  const show = (event: DiscoverEvent) => {
    const over = event.type === "progress" && event.done !== event.total;
    err(`${CLEAR_LINE}${over ? describe(event).slice(0, columns() - 1) : `${describe(event)}\n`}`);
  };
  return { show, end: () => err(CLEAR_LINE) };
}

const LINE_INTERVAL_MS = 10_000;

/** Plain lines: what happens, the end of every stage, and every ten seconds how far it is. */
function lines({ err }: Terminal): Progress {
  let last = performance.now();
  const show = (event: DiscoverEvent) => {
    const now = performance.now();
    if (event.type === "progress" && event.done !== event.total && now - last < LINE_INTERVAL_MS) return;
    last = now;
    err(`${describe(event)}\n`);
  };
  return { show, end: () => undefined };
}

function describe(event: DiscoverEvent): string {
  switch (event.type) {
    case "progress": {
      const { stage, done, total, resumed, perSecond, secondsLeft } = event;
      return [
        `${stage}: ${done}${total === null ? "" : ` of ${total}`}`,
        resumed > 0 && `${resumed} by an earlier run`,
        perSecond !== null && `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)}/s`,
        secondsLeft !== null && done !== total && `${duration(secondsLeft)} left`,
      ]
        .filter(Boolean)
        .join(", ");
    }
    case "device":
      return `network on ${event.name}: ${event.reason}`;
    case "skipped":
      return `skipped ${event.path}: ${event.reason}`;
    case "warning":
      return `warning: ${event.message}`;
  }
}
