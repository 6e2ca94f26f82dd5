// Activation maps from elsewhere, as PyTorch's `numpy.save` writes them: float32, (height, width, channels), one .npy
// file an image. `node examples/activation-maps.mjs <folder>`. Needs no network, and so no onnxruntime-node.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { discoverMaps } from "leitmotif";

const folder = process.argv[2];

function readNpy(path) {
  const file = readFileSync(path);
  const start = 10 + file.readUInt16LE(8);
  const header = file.toString("latin1", 10, start);
  if (!/'descr': '<f4', 'fortran_order': False/.test(header)) throw new Error(`${path} is not C-ordered float32`);
  const [height, width, channels] = header
    .match(/'shape': \(([^)]*)\)/)[1]
    .split(",")
    .map(Number);
  return { data: new Float32Array(new Uint8Array(file.subarray(start)).buffer), height, width, channels };
}

function* maps() {
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith(".npy")) yield { id: name, map: readNpy(join(folder, name)) };
  }
}

const { images, objects, graph } = await discoverMaps(maps());
console.log(`${images.length} maps, ${graph.size} regions, ${objects.length} objects`);
for (const { members } of objects) console.log(`an object of ${members.length} regions`);
