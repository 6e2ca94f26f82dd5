/** The process in which device-trial.ts tries a device. */
import { messageOf } from "../errors.js";
import { openBeside } from "./device.js";
import type { TrialAnswer, TrialRequest } from "./device-trial.js";
import { type Network, noiseImage } from "./network.js";

/** Side of a photo as it is mostly fed. */
const SIDE = 768;

const TIMES = 3;

/** Median of milliseconds an image, after a first one that compiles and allocates. */
async function timed(network: Network): Promise<number> {
  const image = noiseImage(network, SIDE);
  await network.feed(image);
  const times: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    const began = performance.now();
    await network.feed(image);
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[TIMES >> 1] as number;
}

async function answer({ model, device, threads }: TrialRequest): Promise<TrialAnswer> {
  try {
    const { network, reference } = await openBeside(model, device, threads);
    return { processor: await timed(reference), device: await timed(network) };
  } catch (error) {
    return { problem: `does not serve: ${messageOf(error)}` };
  }
}

process.once("message", (request: TrialRequest) => {
  void answer(request).then((result) => process.send?.(result));
});
