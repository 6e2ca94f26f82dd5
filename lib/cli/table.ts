/** Rows of cells as aligned lines: the first column to the left, the others, where these are figures, to the right. */
export function table(rows: readonly (readonly string[])[], others: "figures" | "words" = "figures"): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, i) =>
        i === 0 || others === "words" ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number),
      )
      .join("  ")
      .trimEnd(),
  );
}
