import type { Database } from "../db/database.ts";

/** The state of billing in the database. Counts stop at 10,000. */
export interface BillingGauges {
  readonly inbox: Readonly<Record<"pending" | "waiting" | "dead", number>>;
  /** How long the oldest due delivery has been due; 0 if none is due. */
  readonly oldestDueSeconds: number;
  readonly pendingActions: Readonly<Record<"pending" | "dead", number>>;
  /** Time since the start of the last reconciliation that completed; `null` before the first one. */
  readonly reconciledSecondsAgo: number | null;
}

const MAX_COUNT = 10_000;
const CACHE_MS = 5_000;

/**
 * Reads the gauges at most once in five seconds. Finished deliveries are not counted, because their number grows without limit.
 * @returns a reader, which resolves to `undefined` while the database does not answer
 */
export function createBillingGaugeReader({ database, clock }: { database: Database; clock: () => number }): () => Promise<BillingGauges | undefined> {
  let cached: { readonly until: number; readonly gauges: Promise<BillingGauges | undefined> } | undefined;
  return function readGauges() {
    // The cache follows the machine's clock: the injected one may stand still.
    if (!cached || cached.until <= Date.now())
      cached = { until: Date.now() + CACHE_MS, gauges: readFromDatabase(database, new Date(clock())).catch(() => undefined) };
    return cached.gauges;
  };
}

function readFromDatabase(database: Database, now: Date): Promise<BillingGauges> {
  return database.withPlatform("billing figures", async (tx) => {
    const [row] = await tx`
      select
        (select jsonb_object_agg(s, (select count(*) from (select from webhook_inbox w where w.status = s limit ${MAX_COUNT}) c)) from unnest(array['pending', 'waiting', 'dead']) s) as inbox,
        (select jsonb_object_agg(s, (select count(*) from (select from billing_duties d where d.status = s limit ${MAX_COUNT}) c)) from unnest(array['pending', 'dead']) s) as actions,
        greatest(coalesce(extract(epoch from ${now}::timestamptz - (select min(next_attempt_at) from webhook_inbox where status in ('pending', 'waiting'))), 0), 0)::float8 as oldest,
        extract(epoch from ${now}::timestamptz - (select max(last_run_at) from jobs where name like 'billing reconciliation%'))::float8 as reconciled`;
    const { inbox, actions, oldest, reconciled } = row as unknown as Pick<BillingGauges, "inbox"> & {
      actions: BillingGauges["pendingActions"];
      oldest: number;
      reconciled: number | null;
    };
    return { inbox, pendingActions: actions, oldestDueSeconds: oldest, reconciledSecondsAgo: reconciled === null ? null : Math.max(0, reconciled) };
  });
}
