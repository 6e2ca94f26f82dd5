import { LeitmotifError } from "./errors.js";

/**
 * Checks of what a caller passes: each names the parameter, says what was expected and shows what came, and throws
 * `ERR_INVALID_ARGUMENT`.
 */
export function invalid(name: string, expected: string, actual: unknown): LeitmotifError {
  return new LeitmotifError("ERR_INVALID_ARGUMENT", `${name} must be ${expected}, got ${show(actual)}`);
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (value === null || typeof value !== "object") return String(value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${(value as unknown as ArrayLike<unknown>).length})`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return `an object of type ${value.constructor?.name ?? "unknown"}`;
}

/** Where a number must lie. `min` and `max` are inclusive, `above` and `below` exclusive. */
export interface Range {
  min?: number;
  max?: number;
  above?: number;
  below?: number;
}

function outside(value: number, range: Range): boolean {
  return (
    (range.min !== undefined && value < range.min) ||
    (range.max !== undefined && value > range.max) ||
    (range.above !== undefined && value <= range.above) ||
    (range.below !== undefined && value >= range.below)
  );
}

function describe(range: Range): string {
  const parts = [
    range.min !== undefined && `of at least ${range.min}`,
    range.above !== undefined && `above ${range.above}`,
    range.max !== undefined && `of at most ${range.max}`,
    range.below !== undefined && `below ${range.below}`,
  ].filter(Boolean);
  return parts.length ? ` ${parts.join(" and ")}` : "";
}

export function checkNumber(name: string, value: unknown, range: Range = {}): number {
  if (typeof value !== "number" || !Number.isFinite(value) || outside(value, range)) {
    throw invalid(name, `a finite number${describe(range)}`, value);
  }
  return value;
}

export function checkInteger(name: string, value: unknown, range: Range = {}): number {
  if (!Number.isSafeInteger(value) || outside(value as number, range)) {
    throw invalid(name, `a whole number${describe(range)}`, value);
  }
  return value as number;
}

export function checkBoolean(name: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw invalid(name, "true or false", value);
  return value;
}

export function checkString(name: string, value: unknown): string {
  if (typeof value !== "string" || value === "") throw invalid(name, "a non-empty string", value);
  return value;
}

export function checkOneOf<T extends string>(name: string, value: unknown, allowed: readonly T[]): T {
  if (!allowed.includes(value as T)) throw invalid(name, allowed.map((a) => JSON.stringify(a)).join(" or "), value);
  return value as T;
}

export function checkObject(name: string, value: unknown): Record<string, unknown> {
  if (value === null || typeof value !== "object" || Array.isArray(value) || ArrayBuffer.isView(value)) {
    throw invalid(name, "an object", value);
  }
  return value as Record<string, unknown>;
}

export function checkList(name: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(name, "an array", value);
  return value;
}

/** A typed array of a given class and, where given, length. */
/** Checks each of a list with `check`. Only one that fails is named by its place, since making up names takes time. */
export function checkEach(name: string, value: unknown, check: (item: unknown, name: string) => void): void {
  checkList(name, value).forEach((item, i) => {
    try {
      check(item, name);
    } catch {
      check(item, `${name}[${i}]`);
    }
  });
}

export function checkArray<T extends Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array>(
  name: string,
  value: unknown,
  type: { new (length: number): T; readonly name: string },
  length?: number,
): T {
  if (!(value instanceof type) || (length !== undefined && value.length !== length)) {
    throw invalid(name, `a ${type.name}${length === undefined ? "" : ` of ${length} values`}`, value);
  }
  return value;
}

/**
 * Fills in defaults: every key of `options` must be one of `defaults` or `optional`; `undefined` means the default.
 * A misspelt option is an error that names the nearest known one.
 */
export function withDefaults<T extends object, K extends string = never>(
  name: string,
  options: (Partial<T> & { [key in K]?: unknown }) | undefined,
  defaults: T,
  optional: readonly K[] = [],
): T {
  const result = { ...defaults };
  if (options === undefined) return result;
  const known = [...Object.keys(defaults), ...optional];
  for (const [key, value] of Object.entries(checkObject(name, options))) {
    if (!known.includes(key)) {
      throw new LeitmotifError(
        "ERR_INVALID_ARGUMENT",
        `${name} has no option ${JSON.stringify(key)}: ${suggestion(key, known)}`,
      );
    }
    if (value !== undefined && key in defaults) (result as Record<string, unknown>)[key] = value;
  }
  return result;
}

function suggestion(key: string, known: readonly string[]): string {
  const nearest = [...known].sort((a, b) => distance(key, a) - distance(key, b))[0];
  return nearest !== undefined && distance(key, nearest) <= Math.max(2, key.length / 3)
    ? `did you mean ${JSON.stringify(nearest)}?`
    : `it knows ${known.map((k) => JSON.stringify(k)).join(", ")}`;
}

/** Levenshtein distance, case ignored. */
function distance(a: string, b: string): number {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  let row = Array.from({ length: y.length + 1 }, (_, j) => j);
  for (let i = 1; i <= x.length; i++) {
    const next = [i];
    for (let j = 1; j <= y.length; j++) {
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (x[i - 1] === y[j - 1] ? 0 : 1),
      );
    }
    row = next;
  }
  return row[y.length] ?? 0;
}
