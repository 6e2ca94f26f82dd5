import { readFile, stat } from "node:fs/promises";
import { LeitmotifError, messageOf } from "../../errors.js";

/** Ground truth of a million images stays below; what is larger is not ground truth. */
const MAX_BYTES = 512 * 1024 * 1024;

/** An error in a ground-truth file, naming file and, where known, line (from 1). */
export function malformed(file: string, line: number | undefined, what: string, cause?: unknown): LeitmotifError {
  const place = line === undefined ? file : `${file}, line ${line}`;
  return new LeitmotifError("ERR_GROUND_TRUTH", `${place}: ${what}`, { cause });
}

/** Reads a UTF-8 text file, a byte order mark removed. */
export async function readTextFile(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) throw malformed(file, undefined, `holds ${size} bytes, more than any ground truth needs`);
    bytes = await readFile(file);
  } catch (error) {
    if (error instanceof LeitmotifError) throw error;
    throw malformed(
      file,
      undefined,
      `cannot be read (${messageOf(error)}): give the path of a ground-truth file`,
      error,
    );
  }
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw malformed(file, lineOfOffset(bytes, zero), "holds a zero byte: this is not a text file");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw malformed(file, undefined, "is not UTF-8 text: convert it to UTF-8", cause);
  }
}

/** The lines of a text that hold more than blanks, with their numbers from 1. */
export function* filledLines(text: string): Generator<{ text: string; line: number }> {
  let line = 0;
  for (const raw of text.split(/\r\n|\n|\r/)) {
    line++;
    const trimmed = raw.trim();
    if (trimmed !== "") yield { text: trimmed, line };
  }
}

/** The line (from 1) of a place in a text or its bytes. */
export function lineOfOffset(text: string | Buffer, offset: number): number {
  let line = 1;
  for (let i = text.indexOf("\n"); i >= 0 && i < offset; i = text.indexOf("\n", i + 1)) line++;
  return line;
}

/** Shows a value from a file in a message: short, on one line. */
export function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
