import { LeitmotifError } from "../errors.js";

/**
 * A field of a JSON document: checks a value, returns it typed, and throws `ERR_COLLECTION_CORRUPT` that names the place
 * (`at`). Writer and reader use the same fields, so neither can drift from the other.
 */
export type Field<T> = (value: unknown, at: string) => T;

/** The type that a field checks for. */
export type Typed<F> = F extends Field<infer T> ? T : never;

export function corrupt(at: string, what: string, cause?: unknown): LeitmotifError {
  return new LeitmotifError("ERR_COLLECTION_CORRUPT", `${at} ${what}`, { cause });
}

function must(holds: boolean, at: string, expected: string, value: unknown): void {
  if (!holds) throw corrupt(at, `must be ${expected}, is ${JSON.stringify(value)?.slice(0, 60)}`);
}

export const text: Field<string> = (value, at) => {
  must(typeof value === "string", at, "a text", value);
  return value as string;
};

/** A SHA-256 in hexadecimal. */
export const sha256: Field<string> = (value, at) => {
  must(typeof value === "string" && /^[0-9a-f]{64}$/.test(value), at, "a SHA-256 in hexadecimal", value);
  return value as string;
};

/** A whole number of at least `min`. */
export const whole =
  (min = 0): Field<number> =>
  (value, at) => {
    must(Number.isSafeInteger(value) && (value as number) >= min, at, `a whole number of at least ${min}`, value);
    return value as number;
  };

/** A finite number in [min, max]. */
export const real =
  (min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): Field<number> =>
  (value, at) => {
    const holds = Number.isFinite(value) && (value as number) >= min && (value as number) <= max;
    must(holds, at, `a number in [${min}, ${max}]`, value);
    return value as number;
  };

export const oneOf =
  <const T extends string>(...allowed: T[]): Field<T> =>
  (value, at) => {
    must(allowed.includes(value as T), at, allowed.join(" or "), value);
    return value as T;
  };

export const nullable =
  <T>(field: Field<T>): Field<T | null> =>
  (value, at) =>
    value === null ? null : field(value, at);

export const list =
  <T>(field: Field<T>): Field<T[]> =>
  (value, at) => {
    must(Array.isArray(value), at, "a list", value);
    return (value as unknown[]).map((item, i) => field(item, `${at}[${i}]`));
  };

/** An object whose keys are free and whose values are all of one kind. */
export const dictionary =
  <T>(field: Field<T>): Field<Record<string, T>> =>
  (value, at) => {
    must(typeof value === "object" && value !== null && !Array.isArray(value), at, "an object", value);
    return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, field(item, `${at}.${key}`)]));
  };

/** An object with these keys; others are left out of the result. */
export const object =
  <S extends Record<string, Field<unknown>>>(shape: S): Field<{ [K in keyof S]: Typed<S[K]> }> =>
  (value, at) => {
    must(typeof value === "object" && value !== null && !Array.isArray(value), at, "an object", value);
    const entries = Object.entries(shape).map(([key, field]) => [
      key,
      field((value as Record<string, unknown>)[key], `${at}.${key}`),
    ]);
    return Object.fromEntries(entries) as { [K in keyof S]: Typed<S[K]> };
  };

/** Any JSON value, as it is. */
export const json: Field<unknown> = (value, at) => {
  must(value !== undefined, at, "there", value);
  return value;
};
