/** A share of 0..1 in percent, with one digit. */
export function percent(share: number): string {
  return Number.isNaN(share) ? "–" : (100 * share).toFixed(1);
}
