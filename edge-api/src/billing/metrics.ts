import type { Metric } from "../metric.ts";
import type { BillingCounters } from "./counters.ts";
import type { BillingGauges } from "./database-gauges.ts";

/**
 * What to watch of billing: what this node counted since it began, and what the database says at the moment of asking. While that does
 * not answer, its figures are missing rather than old.
 */
export async function billingMetrics({
  counts,
  readFigures,
}: {
  counts: BillingCounters;
  readFigures: () => Promise<BillingGauges | undefined>;
}): Promise<Metric[]> {
  const { drifts, ...outcomes } = counts.read();
  const figures = await readFigures();
  return [
    {
      name: "dramac_billing_deliveries_total",
      help: "Deliveries of the billing provider by what came of them, at this node.",
      kind: "counter",
      value: { label: "outcome", values: outcomes },
    },
    { name: "dramac_billing_drifts_total", help: "What reconciliations at this node found otherwise than believed.", kind: "counter", value: drifts },
    { name: "dramac_billing_figures_read", help: "Whether the database could be asked for the figures of billing.", kind: "gauge", value: figures ? 1 : 0 },
    ...(figures ? read(figures) : []),
  ];
}

const read = ({ inbox, oldestDueSeconds, pendingActions: duties, reconciledSecondsAgo }: BillingGauges): Metric[] => [
  {
    name: "dramac_billing_inbox",
    help: "Deliveries that are not done, by status; 10000 may be more.",
    kind: "gauge",
    value: { label: "status", values: { ...inbox } },
  },
  {
    name: "dramac_billing_inbox_oldest_due_seconds",
    help: "For how long the delivery that is due longest has been due.",
    kind: "gauge",
    value: oldestDueSeconds,
  },
  {
    name: "dramac_billing_duties",
    help: "What is owed to the provider's customers, by status; 10000 may be more.",
    kind: "gauge",
    value: { label: "status", values: { ...pendingActions } },
  },
  ...(reconciledSecondsAgo === null
    ? []
    : [
        {
          name: "dramac_billing_reconciled_seconds_ago",
          help: "Since a reconciliation last began that came to its end.",
          kind: "gauge" as const,
          value: reconciledSecondsAgo,
        },
      ]),
];
