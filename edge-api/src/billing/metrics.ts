import type { Metric } from "../metric.ts";
import type { BillingCounters } from "./counters.ts";
import type { BillingGauges } from "./database-gauges.ts";

/**
 * The metrics of billing: this node's counters, and gauges that are read from the database. While the database does not answer, the
 * gauges are left out instead of repeated.
 */
export async function billingMetrics({
  counts,
  readGauges,
}: {
  counts: BillingCounters;
  readGauges: () => Promise<BillingGauges | undefined>;
}): Promise<Metric[]> {
  const { drifts, ...outcomes } = counts.read();
  const gauges = await readGauges();
  return [
    {
      name: "dramac_billing_deliveries_total",
      help: "Deliveries of the billing provider at this node, by outcome.",
      kind: "counter",
      value: { label: "outcome", values: outcomes },
    },
    { name: "dramac_billing_drifts_total", help: "Differences that reconciliations at this node found and corrected.", kind: "counter", value: drifts },
    { name: "dramac_billing_figures_read", help: "Whether the gauges of billing could be read from the database.", kind: "gauge", value: gauges ? 1 : 0 },
    ...(gauges ? gaugeMetrics(gauges) : []),
  ];
}

const gaugeMetrics = ({ inbox, oldestDueSeconds, pendingActions, reconciledSecondsAgo }: BillingGauges): Metric[] => [
  {
    name: "dramac_billing_inbox",
    help: "Deliveries that are not done, by status; 10000 means 10000 or more.",
    kind: "gauge",
    value: { label: "status", values: { ...inbox } },
  },
  {
    name: "dramac_billing_inbox_oldest_due_seconds",
    help: "How long the oldest due delivery has been due.",
    kind: "gauge",
    value: oldestDueSeconds,
  },
  {
    name: "dramac_billing_duties",
    help: "Pending refunds and cancellations at the provider, by status; 10000 means 10000 or more.",
    kind: "gauge",
    value: { label: "status", values: { ...pendingActions } },
  },
  ...(reconciledSecondsAgo === null
    ? []
    : [
        {
          name: "dramac_billing_reconciled_seconds_ago",
          help: "Seconds since the start of the last reconciliation that completed.",
          kind: "gauge" as const,
          value: reconciledSecondsAgo,
        },
      ]),
];
