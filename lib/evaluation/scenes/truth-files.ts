import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { LeitmotifError } from "../../errors.js";
import { JSON_FORMAT } from "../ground-truth/json.js";

/** What one object's query shows. */
export interface ObjectEntry {
  name: string;
  kind: string;
  /** Path of the picture. */
  query: string;
  width: number;
  height: number;
  box?: Box | undefined;
  visible?: number | undefined;
}

/** What one scene shows. */
export interface SceneEntry {
  path: string;
  width: number;
  height: number;
  objects: { name: string; box: Box; visible: number }[];
}

type Box = Readonly<Record<"x" | "y" | "width" | "height", number>>;

const FOLDERS = ["images", "images/distractors", "queries", "annotations"];
const SCENES = "scenes.json";
const TRUTH = "ground-truth.json";
/** While these are there, the set is not whole. */
const UNFINISHED = [SCENES, TRUTH].map((name) => `${name}.unfinished`) as [string, string];

/**
 * The two files that say what a set shows, written entry by entry, and there only when the set is whole: `scenes.json`
 * tells all that is known, `ground-truth.json` is the documented form, with a query an object and names without folders:
 * scenes as in a collection of `images/`, queries as in `queries/` (docs/ground-truth.md).
 */
export class TruthFiles {
  readonly #out: string;
  readonly #scenes: FileHandle;
  readonly #truth: FileHandle;
  readonly #objects: ObjectEntry[] = [];
  /** Scenes that show each object. */
  readonly #shownIn = new Map<string, string[]>();
  #sceneCount = 0;

  private constructor(out: string, scenes: FileHandle, truth: FileHandle) {
    this.#out = out;
    this.#scenes = scenes;
    this.#truth = truth;
  }

  /**
   * Makes the set's folders. What an unfinished set left in `out` is removed.
   *
   * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when `out` holds anything else.
   */
  static async create(out: string, { seed, size }: { seed: number; size: number }): Promise<TruthFiles> {
    await mkdir(out, { recursive: true });
    const present = await readdir(out);
    if (present.some((name) => UNFINISHED.includes(name))) {
      for (const name of [...FOLDERS, ...UNFINISHED]) await rm(join(out, name), { recursive: true, force: true });
    } else if (present.length > 0) {
      throw new LeitmotifError(
        "ERR_INVALID_ARGUMENT",
        `${out} holds something already (${present[0]}); name a new or empty folder for the scenes`,
      );
    }
    const [scenes, truth] = [await open(join(out, UNFINISHED[0]), "w"), await open(join(out, UNFINISHED[1]), "w")];
    for (const folder of FOLDERS) await mkdir(join(out, folder));
    await scenes.write(`{"format":"leitmotif scenes","version":1,"seed":${seed},"size":${size},\n"objects":[`);
    await truth.write(`{"format":"${JSON_FORMAT}","version":1,\n"boxes":{`);
    return new TruthFiles(out, scenes, truth);
  }

  /** All objects come before the first scene. */
  async object(entry: ObjectEntry): Promise<void> {
    await this.#scenes.write(line(entry, this.#objects.length));
    this.#objects.push(entry);
    this.#shownIn.set(entry.name, []);
  }

  async scene(entry: SceneEntry): Promise<void> {
    const { path, objects } = entry;
    if (this.#sceneCount === 0) await this.#scenes.write('],\n"images":[');
    await this.#scenes.write(line(entry, this.#sceneCount));
    const boxes = JSON.stringify(objects.map(({ box }) => box));
    await this.#truth.write(`${this.#sceneCount === 0 ? "" : ","}\n${JSON.stringify(basename(path))}:${boxes}`);
    for (const { name } of objects) this.#shownIn.get(name)?.push(basename(path));
    this.#sceneCount++;
  }

  /** Puts the files under their names. Without objects there is no query, and no `ground-truth.json`. */
  async commit(): Promise<void> {
    await this.#scenes.write("]}\n");
    const queries = this.#objects.map(({ name, query, box }) => ({
      name,
      image: basename(query),
      box,
      positive: this.#shownIn.get(name),
    }));
    await this.#truth.write(`},\n"queries":[${queries.map(line).join("")}]}\n`);
    for (const file of [this.#scenes, this.#truth]) {
      await file.sync();
      await file.close();
    }
    if (queries.length > 0) await rename(join(this.#out, UNFINISHED[1]), join(this.#out, TRUTH));
    else await rm(join(this.#out, UNFINISHED[1]));
    await rename(join(this.#out, UNFINISHED[0]), join(this.#out, SCENES));
  }

  /** Closes the files; what is not whole stays unfinished. */
  async close(): Promise<void> {
    await this.#scenes.close().catch(() => undefined);
    await this.#truth.close().catch(() => undefined);
  }
}

const line = (entry: unknown, index: number) => `${index === 0 ? "" : ","}\n${JSON.stringify(entry)}`;
