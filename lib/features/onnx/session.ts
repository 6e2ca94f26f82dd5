/** The calling side of the thread that runs a network (session-worker.ts). */
import { Worker } from "node:worker_threads";
import { LeitmotifError, messageOf, throwIfAborted } from "../../errors.js";
import { abortable } from "../abortable.js";
import type { SessionAnswer, SessionRequest } from "./session-worker.js";

interface Task {
  request: SessionRequest;
  resolve: (value: never) => void;
  reject: (error: LeitmotifError) => void;
}

function startWorker(): Worker {
  // Started by "node --input-type=module --eval", a worker would refuse to read its file.
  const inherit = !process.execArgv.some((argument) => argument.startsWith("--input-type"));
  return new Worker(new URL("./session-worker.js", import.meta.url), {
    name: "leitmotif network",
    ...(!inherit && { execArgv: [] }),
  });
}

/**
 * A network in its own thread. Requests are answered in order, one at a time; one whose signal is aborted rejects at
 * once, and never starts if it was still waiting.
 */
export class Session {
  readonly #worker = startWorker();
  #waiting: Task[] = [];
  #running: Task | undefined;
  #dead: LeitmotifError | undefined;

  constructor() {
    this.#worker.on("message", (answer: SessionAnswer) => this.#settle(answer));
    this.#worker.on("error", (cause) => {
      this.#die(new LeitmotifError("ERR_INTERNAL", `the network's thread failed: ${messageOf(cause)}`, { cause }));
    });
    this.#worker.on("exit", () => this.#die(new LeitmotifError("ERR_INTERNAL", "the network's thread has ended")));
    this.#worker.unref();
  }

  /** Whether no request can be answered any more. */
  get dead(): boolean {
    return this.#dead !== undefined;
  }

  async request<T>(request: SessionRequest, signal?: AbortSignal): Promise<T> {
    throwIfAborted(signal);
    if (this.#dead) throw this.#dead;
    const task = {} as Task;
    const answer = new Promise<T>((resolve, reject) => Object.assign(task, { request, resolve, reject }));
    this.#waiting.push(task);
    this.#next();
    try {
      return await abortable(answer, signal);
    } finally {
      this.#waiting = this.#waiting.filter((other) => other !== task);
    }
  }

  /** Frees the network and ends the thread, after the image at hand. What still waits rejects. */
  async close(): Promise<void> {
    if (this.#dead) return;
    const closed = new LeitmotifError("ERR_INVALID_ARGUMENT", "the extractor was disposed: open a new one");
    for (const task of this.#waiting.splice(0)) task.reject(closed);
    const release = this.request({ kind: "close" });
    this.#dead = closed;
    await release;
    await this.#worker.terminate();
  }

  #next(): void {
    if (this.#running) return;
    this.#running = this.#waiting.shift();
    // Only a thread with work keeps the process alive.
    if (!this.#running) return void this.#worker.unref();
    this.#worker.ref();
    this.#worker.postMessage(this.#running.request);
  }

  #settle(answer: SessionAnswer): void {
    const task = this.#running;
    this.#running = undefined;
    if ("error" in answer) task?.reject(new LeitmotifError(answer.error.code, answer.error.message));
    else task?.resolve(answer.value as never);
    this.#next();
  }

  #die(error: LeitmotifError): void {
    this.#dead ??= error;
    for (const task of [this.#running, ...this.#waiting]) task?.reject(this.#dead);
    this.#running = undefined;
    this.#waiting = [];
  }
}
