/** Scenes in which nothing recurs, and the same scenes with one thing in a third of them. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { PACKAGE_ROOT } from "../../lib/package-root.js";
import { discoverScenes, membersOf, SCENES } from "../../bench/support/one-thing.js";
import { temporaryFolder } from "../support/folders.js";

const SQUEEZENET = join(PACKAGE_ROOT, "../shared/data/models/squeezenet-v1.0.onnx");

for (const [name, model, seed] of [
  ["the default network", "default", 1],
  ["SqueezeNet", SQUEEZENET, 2],
] as const) {
  test(`${name}, scenes ${seed}: nothing is found where nothing recurs, and the one thing that does`, async (t) => {
    if (model !== "default" && !existsSync(model)) {
      t.log(`${name} is not there: not checked`);
      return t.pass();
    }
    const folder = await temporaryFolder(t);

    const nothing = await discoverScenes(join(folder, "none"), { seed, things: 0, model });
    t.is(nothing.images.length, SCENES.images);
    t.is(nothing.objects.length, 0);

    const one = join(folder, "one");
    const found = await membersOf(one, await discoverScenes(one, { seed, things: 1, model }));
    t.is(found.length, 1);
    const [{ members, right } = { members: 0, right: 0 }] = found;
    t.true(members >= 3);
    t.is(right, members, "every region of the group shows the object");
  });
}
