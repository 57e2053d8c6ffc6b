/** What a node counts of billing, for its metrics. */
const NAMES = ["stored", "ignored", "unsigned", "unreadable", "done", "dead", "failed", "refused", "drifts"] as const;
export type BillingCount = (typeof NAMES)[number];

export function createBillingCounts() {
  const counts = Object.fromEntries(NAMES.map((name) => [name, 0])) as Record<BillingCount, number>;
  return {
    add: (name: BillingCount, by = 1): void => {
      counts[name] += by;
    },
    read: (): Readonly<Record<BillingCount, number>> => counts,
  };
}
export type BillingCounts = ReturnType<typeof createBillingCounts>;
