import { InvalidArgumentError, Option } from "commander";

/** Parsers of option values: a wrong one is a usage error that says what would be right. Ranges are the stages' matter. */
export function number(value: string): number {
  const parsed = Number(value);
  if (value.trim() === "" || !Number.isFinite(parsed)) throw new InvalidArgumentError("It must be a number.");
  return parsed;
}

export function wholeNumber(value: string): number {
  const parsed = number(value);
  if (!Number.isSafeInteger(parsed)) throw new InvalidArgumentError("It must be a whole number.");
  return parsed;
}

/** The parts of a list with commas between. */
export const list = (text: string): string[] => text.split(",").map((part) => part.trim());

/** Different numbers with commas between. */
export function numberList(text: string): number[] {
  const values = list(text).map(number);
  if (new Set(values).size < values.length) throw new InvalidArgumentError("No value may come twice.");
  return values;
}

/** Where an option's value goes among the parameters of a run: a group and a key in it, or a key alone. */
export interface ParameterOption {
  option: Option;
  path: readonly [string, string] | readonly [string];
}

/** An option for a parameter whose kind follows from its default: a number, a word out of `choices`, or yes and no. */
export function parameterOption(
  flag: string,
  path: ParameterOption["path"],
  description: string,
  fallback: number | string | boolean | null,
  choices?: readonly string[],
): ParameterOption {
  const value = typeof fallback === "boolean" ? "<yes|no>" : choices ? "<word>" : "<number>";
  const option = new Option(`--${flag} ${value}`, `${description} (default: ${show(fallback)})`);
  if (typeof fallback === "boolean") option.choices(["yes", "no"]);
  else if (choices) option.choices(choices);
  else option.argParser(number);
  return { option, path };
}

function show(fallback: number | string | boolean | null): string {
  if (typeof fallback === "boolean") return fallback ? "yes" : "no";
  return fallback === null ? "by the collection" : String(fallback);
}

/** Gathers the options that were given, by their paths. */
export function parametersOf(
  given: Readonly<Record<string, unknown>>,
  options: readonly ParameterOption[],
): Record<string, unknown> {
  const parameters: Record<string, unknown> = {};
  for (const { option, path } of options) {
    const raw = given[option.attributeName()];
    if (raw === undefined) continue;
    const value = raw === "yes" ? true : raw === "no" ? false : raw;
    const [group, key] = path;
    if (key === undefined) parameters[group] = value;
    else parameters[group] = { ...(parameters[group] as object | undefined), [key]: value };
  }
  return parameters;
}

/** Without the keys that are undefined. */
export function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** Reads numbers with these names, separated by commas, one set for each time that the option is given. */
export function numbers(form: string) {
  const names = form.split(",");
  return (text: string, before: readonly Record<string, number>[]): Record<string, number>[] => {
    const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    if (values.length !== names.length || !values.every(Number.isFinite)) {
      throw new InvalidArgumentError(`It must be ${form}, in pixels.`);
    }
    return [...before, Object.fromEntries(names.map((name, i) => [name, values[i] as number]))];
  };
}
