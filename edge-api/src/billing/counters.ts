/** Counters of one node, for its metrics. */
const NAMES = ["stored", "ignored", "unsigned", "unreadable", "done", "dead", "failed", "refused", "drifts"] as const;
export type BillingCounterName = (typeof NAMES)[number];

export function createBillingCounters() {
  const counts = Object.fromEntries(NAMES.map((name) => [name, 0])) as Record<BillingCounterName, number>;
  return {
    add: (name: BillingCounterName, by = 1): void => {
      counts[name] += by;
    },
    read: (): Readonly<Record<BillingCounterName, number>> => counts,
  };
}
export type BillingCounters = ReturnType<typeof createBillingCounters>;
