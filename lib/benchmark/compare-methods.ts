import type { MethodMeasures } from "./evaluation.js";

/** A method at one level, without diffusion and with it. */
export interface Comparison {
  readonly method: string;
  readonly plain: MethodMeasures | undefined;
  readonly expanded: MethodMeasures | undefined;
}

/** The measures as Table 1 has them: for each level of the protocol a row a method, in the order in which they come. */
export function compareMethods(
  measures: readonly MethodMeasures[],
): { readonly level: string | null; readonly rows: readonly Comparison[] }[] {
  return [...new Set(measures.map(({ level }) => level))].map((level) => {
    const all = measures.filter((row) => row.level === level);
    const of = (method: string, diffusion: boolean) =>
      all.find((row) => row.method === method && row.diffusion === diffusion);
    const methods = [...new Set(all.map(({ method }) => method))];
    return { level, rows: methods.map((method) => ({ method, plain: of(method, false), expanded: of(method, true) })) };
  });
}
