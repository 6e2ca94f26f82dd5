import { lineOfOffset } from "./text-file.js";

/** Keys and indices that lead from a JSON document to one of its values. */
export type JsonPath = readonly (string | number)[];

/**
 * The line (from 1) on which the value at `path` begins, in a text that JSON.parse accepts. Where the path leaves the
 * document (a field that is missing) the line of the last value on the way.
 */
export function lineOfPath(text: string, path: JsonPath): number {
  const tokens = /"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g;
  const open: { keys: boolean; key: string | number }[] = [];
  let deepest = 0;
  let line = 1;
  for (let match = tokens.exec(text); match; match = tokens.exec(text)) {
    const token = match[0];
    const inner = open.at(-1);
    if (token === "}" || token === "]") open.pop();
    else if (token === ":") continue;
    else if (token === ",") {
      if (inner && !inner.keys) inner.key = (inner.key as number) + 1;
      else if (inner) inner.key = "";
    } else if (inner?.keys && inner.key === "" && text.startsWith(":", skipBlanks(text, tokens.lastIndex))) {
      inner.key = JSON.parse(token) as string;
    } else {
      const onTheWay = open.length <= path.length && open.every(({ key }, i) => key === path[i]);
      if (onTheWay && open.length >= deepest) {
        deepest = open.length;
        line = lineOfOffset(text, match.index);
        if (deepest === path.length) return line;
      }
      if (token === "{") open.push({ keys: true, key: "" });
      else if (token === "[") open.push({ keys: false, key: 0 });
    }
  }
  return line;
}

function skipBlanks(text: string, from: number): number {
  const blanks = /\s*/y;
  blanks.lastIndex = from;
  return from + (blanks.exec(text)?.[0].length ?? 0);
}

/** The line that JSON.parse complains of, where its message tells. */
export function lineOfSyntaxError(text: string, error: unknown): number | undefined {
  const position = /position (\d+)/.exec((error as Error).message)?.[1];
  if (position !== undefined) return lineOfOffset(text, Number(position));
  return /end of JSON/.test((error as Error).message) ? lineOfOffset(text, text.length) : undefined;
}
