import type { Database } from "../db/database.ts";

/** What the database says of billing at a moment. Counts go up to `MOST`: whoever sees that many need not know how many more. */
export interface BillingGauges {
  readonly inbox: Readonly<Record<"pending" | "waiting" | "dead", number>>;
  /** For how long the delivery that is due longest has been due; 0 when none is. */
  readonly oldestDueSeconds: number;
  readonly pendingActions: Readonly<Record<"pending" | "dead", number>>;
  /** Since a reconciliation last began that came to its end; `null` before the first. */
  readonly reconciledSecondsAgo: number | null;
}

const MAX_COUNT = 10_000;
/** Whoever scrapes twice within that gets the same. */
const CACHE_MS = 5_000;

/**
 * Reads the figures, at most once in five seconds however many ask. What is done is not counted: of that there is no end.
 * `undefined` while the database does not answer.
 */
export function createBillingGaugeReader({ database, clock }: { database: Database; clock: () => number }): () => Promise<BillingGauges | undefined> {
  let cached: { readonly until: number; readonly figures: Promise<BillingGauges | undefined> } | undefined;
  return function readGauges() {
    if (!cached || cached.until <= Date.now())
      cached = { until: Date.now() + CACHE_MS, figures: readFromDatabase(database, new Date(clock())).catch(() => undefined) };
    return cached.figures;
  };
}

function readFromDatabase(database: Database, now: Date): Promise<BillingGauges> {
  return database.withPlatform("billing figures", async (tx) => {
    const [row] = await tx`
      select
        (select jsonb_object_agg(s, (select count(*) from (select from webhook_inbox w where w.status = s limit ${MAX_COUNT}) c)) from unnest(array['pending', 'waiting', 'dead']) s) as inbox,
        (select jsonb_object_agg(s, (select count(*) from (select from billing_duties d where d.status = s limit ${MAX_COUNT}) c)) from unnest(array['pending', 'dead']) s) as duties,
        greatest(coalesce(extract(epoch from ${now}::timestamptz - (select min(next_attempt_at) from webhook_inbox where status in ('pending', 'waiting'))), 0), 0)::float8 as oldest,
        extract(epoch from ${now}::timestamptz - (select max(last_run_at) from jobs where name like 'billing reconciliation%'))::float8 as reconciled`;
    const { inbox, pendingActions: duties, oldest, reconciled } = row as unknown as BillingGauges & { oldest: number; reconciled: number | null };
    return { inbox, duties, oldestDueSeconds: oldest, reconciledSecondsAgo: reconciled === null ? null : Math.max(0, reconciled) };
  });
}
