import { checkList, checkString, invalid } from "../check.js";

/** Methods that compare region descriptors, which every collection holds. */
export const REGION_METHODS = ["regions", "R-Match"] as const;
export type RegionMethod = (typeof REGION_METHODS)[number];

/**
 * Checks the methods that were asked for.
 *
 * @param kinds the global descriptors that the collection holds.
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` for a method that it does not hold.
 */
export function checkMethods(methods: readonly string[], kinds: readonly string[]): string[] {
  const held = [...kinds, ...REGION_METHODS];
  checkList("methods", methods).forEach((method, i) => {
    if (held.includes(checkString(`methods[${i}]`, method))) return;
    const way = "another is made by discover --descriptors";
    throw invalid(`methods[${i}]`, `one that the collection holds (${held.join(", ")}; ${way})`, method);
  });
  if (methods.length === 0) throw invalid("methods", "at least one method", methods);
  return held.filter((method) => methods.includes(method));
}

export function isRegionMethod(method: string): method is RegionMethod {
  return REGION_METHODS.some((name) => name === method);
}
