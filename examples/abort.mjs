// Stops a run, and goes on with it: `node examples/abort.mjs <photos> <out>`.
import { discover, LeitmotifError } from "leitmotif";

const [photos, out] = process.argv.slice(2);

const stop = new AbortController();
try {
  await discover(photos, {
    out,
    signal: stop.signal,
    onProgress: (event) => {
      if (event.type === "progress" && event.done >= 2) stop.abort();
    },
  });
} catch (error) {
  if (!(error instanceof LeitmotifError) || error.code !== "ERR_ABORTED") throw error;
  console.log("stopped");
}

let resumed = 0;
const collection = await discover(photos, {
  out,
  onProgress: (event) => {
    if (event.type === "progress") resumed = Math.max(resumed, event.resumed);
  },
});
console.log(`went on after ${resumed} photos, and finished ${collection.images.length}`);
