import type { PixelBox } from "../../regions/pixel-box.js";
import { GRADES, type Grade, type NamedQuery, type QueryTruth } from "./ground-truth.js";
import { type JsonPath, lineOfPath, lineOfSyntaxError } from "./json-line.js";
import { excerpt, malformed, readTextFile } from "./text-file.js";

/** The `format` that a ground-truth file of the documented JSON form names. */
export const JSON_FORMAT = "leitmotif-ground-truth";

/**
 * Reads ground truth of the documented JSON form (docs/ground-truth.md): queries with boxes and lists of images by
 * grade.
 *
 * @throws {LeitmotifError} `ERR_GROUND_TRUTH` naming file, line and field.
 */
export async function readJsonTruth(file: string): Promise<QueryTruth> {
  const text = await readTextFile(file);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw malformed(file, lineOfSyntaxError(text, cause), `is not JSON (${(cause as Error).message})`, cause);
  }
  return new Reader(file, text).truth(document);
}

class Reader {
  readonly #file: string;
  readonly #text: string;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  truth(document: unknown): QueryTruth {
    const fields = ["format", "version", "images", "queries", "boxes"] as const;
    const { format, version, images, queries, boxes } = this.#object(document, [], fields);
    if (format !== JSON_FORMAT)
      this.#fail(["format"], `must be ${JSON.stringify(JSON_FORMAT)}, got ${excerpt(format)}`);
    if (version !== 1) this.#fail(["version"], `must be 1, the one this release reads, got ${excerpt(version)}`);
    const list = this.#array(queries, ["queries"]).map((query, i) => this.#query(query, ["queries", i]));
    if (list.length === 0) this.#fail(["queries"], "holds no query");
    return {
      kind: "queries",
      source: this.#file,
      images: images === undefined ? undefined : this.#names(images, ["images"]),
      queries: list,
      boxes: boxes === undefined ? undefined : this.#imageBoxes(boxes),
    };
  }

  #imageBoxes(value: unknown): { image: string; boxes: PixelBox[] }[] {
    if (value === null || typeof value !== "object" || Array.isArray(value)) this.#fail(["boxes"], "must be an object");
    return Object.entries(value).map(([image, boxes]) => {
      const path = ["boxes", image];
      return { image, boxes: this.#array(boxes, path).map((box, i) => this.#box(box, [...path, i])) };
    });
  }

  #query(value: unknown, path: JsonPath): NamedQuery {
    const query = this.#object(value, path, ["name", "image", "box", ...GRADES]);
    const image = this.#string(query.image, [...path, "image"]);
    const lists = Object.fromEntries(
      GRADES.map((grade) => [grade, query[grade] === undefined ? [] : this.#names(query[grade], [...path, grade])]),
    ) as Record<Grade, string[]>;
    if (query.positive !== undefined && (query.easy !== undefined || query.hard !== undefined)) {
      this.#fail(
        [...path, "positive"],
        'stands beside "easy" or "hard": a query has either one grade or both of these',
      );
    }
    return {
      name: query.name === undefined ? image : this.#string(query.name, [...path, "name"]),
      image,
      box: query.box === undefined ? undefined : this.#box(query.box, [...path, "box"]),
      grades: lists,
    };
  }

  #box(value: unknown, path: JsonPath): PixelBox {
    const box = this.#object(value, path, ["x", "y", "width", "height"]);
    const number = (key: "x" | "y" | "width" | "height", above: number) => {
      const side = box[key];
      if (typeof side !== "number" || !Number.isFinite(side) || side <= above) {
        this.#fail([...path, key], `must be a number${above === 0 ? " above 0" : ""}, got ${excerpt(side)}`);
      }
      return side;
    };
    const unbounded = Number.NEGATIVE_INFINITY;
    return {
      x: number("x", unbounded),
      y: number("y", unbounded),
      width: number("width", 0),
      height: number("height", 0),
    };
  }

  #names(value: unknown, path: JsonPath): string[] {
    return [...new Set(this.#array(value, path).map((name, i) => this.#string(name, [...path, i])))];
  }

  #string(value: unknown, path: JsonPath): string {
    if (typeof value !== "string" || value.trim() === "") {
      this.#fail(path, `must be a non-empty text, got ${excerpt(value)}`);
    }
    return value;
  }

  #array(value: unknown, path: JsonPath): unknown[] {
    if (!Array.isArray(value)) this.#fail(path, `must be a list, got ${excerpt(value)}`);
    return value as unknown[];
  }

  #object<K extends string>(value: unknown, path: JsonPath, known: readonly K[]): { [key in K]?: unknown } {
    if (value === null || typeof value !== "object" || Array.isArray(value)) {
      this.#fail(path, `must be an object, got ${excerpt(value)}`);
    }
    for (const key of Object.keys(value)) {
      if (!known.includes(key as K)) this.#fail([...path, key], `is not a known field: ${known.join(", ")} are`);
    }
    return value;
  }

  #fail(path: JsonPath, what: string): never {
    const place = path.reduce<string>((at, key) => (typeof key === "number" ? `${at}[${key}]` : `${at}.${key}`), "");
    throw malformed(this.#file, lineOfPath(this.#text, path), `${place.replace(/^\./, "") || "the document"} ${what}`);
  }
}
