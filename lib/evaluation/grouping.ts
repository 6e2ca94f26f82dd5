import { invalid } from "../check.js";

/** How groups that were found agree with labels. */
export interface GroupAgreement {
  /** Share of grouped members that carry their group's most frequent label, 0..1 (NaN without members). */
  readonly purity: number;
  /** Mutual information of groups and labels over the mean of their entropies, 0..1; 1 when both are constant. */
  readonly nmi: number;
  /** Share of the labelled photos that are in a group, 0..1. */
  readonly coverage: number;
  /** Labels that are the most frequent of at least one group. */
  readonly labelsFound: number;
  readonly labels: number;
  readonly groups: number;
}

/**
 * Purity and normalised mutual information of groups of photos against one label a photo, and the share of labelled
 * photos that a group holds. A photo may be in several groups (it shows several objects): each membership then counts
 * once. Photos without a label are ignored.
 *
 * @param groups ids of photos in each group; a photo named twice in a group counts once.
 * @param labels label of each photo that has one.
 */
export function groupAgreement(
  groups: readonly Iterable<number>[],
  labels: ReadonlyMap<number, string>,
): GroupAgreement {
  if (labels.size === 0) throw invalid("labels", "a label for at least one photo", labels);
  const joint: Map<string, number>[] = [];
  const covered = new Set<number>();
  for (const group of groups) {
    const counts = new Map<string, number>();
    for (const photo of new Set(group)) {
      const label = labels.get(photo);
      if (label === undefined) continue;
      counts.set(label, (counts.get(label) ?? 0) + 1);
      covered.add(photo);
    }
    if (counts.size > 0) joint.push(counts);
  }
  const leading = joint.map((counts) => [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best)));
  const members = joint.reduce((sum, counts) => sum + total(counts.values()), 0);
  return {
    purity: total(leading.map(([, count]) => count)) / members,
    nmi: normalisedMutualInformation(joint, members),
    coverage: covered.size / labels.size,
    labelsFound: new Set(leading.map(([label]) => label)).size,
    labels: new Set(labels.values()).size,
    groups: joint.length,
  };
}

function normalisedMutualInformation(joint: readonly ReadonlyMap<string, number>[], members: number): number {
  if (members === 0) return Number.NaN;
  const sizes = joint.map((counts) => total(counts.values()));
  const labelSizes = new Map<string, number>();
  for (const counts of joint) for (const [label, n] of counts) labelSizes.set(label, (labelSizes.get(label) ?? 0) + n);
  let information = 0;
  joint.forEach((counts, g) => {
    for (const [label, n] of counts) {
      const expected = ((sizes[g] as number) * (labelSizes.get(label) as number)) / members;
      information += (n / members) * Math.log(n / expected);
    }
  });
  const entropies = entropy(sizes, members) + entropy([...labelSizes.values()], members);
  return entropies === 0 ? 1 : Math.min(1, Math.max(0, (2 * information) / entropies));
}

function entropy(sizes: readonly number[], members: number): number {
  return -sizes.reduce((sum, n) => sum + (n / members) * Math.log(n / members), 0);
}

function total(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
