/**
 * Tries a device in a process of its own: a driver may end the process that calls it, and a graphics processor that is
 * imitated by the processor takes minutes for an image.
 */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { throwIfAborted } from "../errors.js";
import type { ChosenDevice } from "./device.js";
import type { ModelChoice } from "./model.js";

/** What the other process is asked. */
export interface TrialRequest {
  model: ModelChoice;
  device: ChosenDevice["name"];
  threads: number;
}

/** What it answers: milliseconds for an image on the device and on the processor, or why there are none. */
export type TrialAnswer = { device: number; processor: number } | { problem: string };

/** Time for loading both, compiling shaders, and four images on each. */
const LIMIT_MS = 20_000;

const done = new Map<string, Promise<TrialAnswer>>();

/** Whether the network runs faster on a device than on the processor, and what the trial came to. Tried once a process. */
export async function tryDevice(
  model: ModelChoice,
  device: ChosenDevice["name"],
  threads: number,
  signal?: AbortSignal,
): Promise<{ faster: boolean; report: string }> {
  const request: TrialRequest = { model, device, threads };
  const key = JSON.stringify(request);
  const trial = done.get(key) ?? ask(request, signal);
  done.set(key, trial);
  const answer = await trial;
  if (signal?.aborted) done.delete(key);
  throwIfAborted(signal);
  if ("problem" in answer) return { faster: false, report: answer.problem };
  const [on, beside] = [answer.device, answer.processor].map((milliseconds) => `${milliseconds.toFixed(0)} ms`);
  return {
    faster: answer.device < answer.processor,
    report: `takes ${on} for an image, against ${beside} on the processor`,
  };
}

function ask(request: TrialRequest, signal: AbortSignal | undefined): Promise<TrialAnswer> {
  const inherit = !process.execArgv.some((argument) => /^(--input-type|-e$|--eval|-p$|--print)/.test(argument));
  const child = fork(fileURLToPath(new URL("./device-trial-child.js", import.meta.url)), {
    stdio: "ignore",
    signal,
    killSignal: "SIGKILL",
    ...(!inherit && { execArgv: [] }),
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  return new Promise<TrialAnswer>((resolve) => {
    child.on("message", (answer: TrialAnswer) => resolve(answer));
    child.on("error", ({ message }) => resolve({ problem: `could not be tried (${message})` }));
    child.on("exit", (code, by) => {
      const late = by === "SIGKILL" ? `is not done within ${LIMIT_MS / 1000} s` : undefined;
      resolve({ problem: late ?? `ends its process with ${by ?? `code ${code}`}` });
    });
    child.send(request);
  }).finally(() => {
    clearTimeout(timer);
    child.kill("SIGKILL");
  });
}
