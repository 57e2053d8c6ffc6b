import type { Database } from "../db/database.ts";

/** What the database says of billing at a moment. Counts go up to `MOST`: whoever sees that many need not know how many more. */
export interface BillingFigures {
  readonly inbox: Readonly<Record<"pending" | "waiting" | "dead", number>>;
  /** For how long the delivery that is due longest has been due; 0 when none is. */
  readonly oldestDueSeconds: number;
  readonly duties: Readonly<Record<"pending" | "dead", number>>;
  /** Since a reconciliation last began that came to its end; `null` before the first. */
  readonly reconciledSecondsAgo: number | null;
}

const MOST = 10_000;
/** Whoever scrapes twice within that gets the same. */
const KEPT_MS = 5_000;

/**
 * Reads the figures, at most once in five seconds however many ask. What is done is not counted: of that there is no end.
 * `undefined` while the database does not answer.
 */
export function createBillingFigures({ database, clock }: { database: Database; clock: () => number }): () => Promise<BillingFigures | undefined> {
  let kept: { readonly until: number; readonly figures: Promise<BillingFigures | undefined> } | undefined;
  return function readFigures() {
    if (!kept || kept.until <= Date.now()) kept = { until: Date.now() + KEPT_MS, figures: look(database, new Date(clock())).catch(() => undefined) };
    return kept.figures;
  };
}

function look(database: Database, now: Date): Promise<BillingFigures> {
  return database.withPlatform("billing figures", async (tx) => {
    const [row] = await tx`
      select
        (select jsonb_object_agg(s, (select count(*) from (select from webhook_inbox w where w.status = s limit ${MOST}) c)) from unnest(array['pending', 'waiting', 'dead']) s) as inbox,
        (select jsonb_object_agg(s, (select count(*) from (select from billing_duties d where d.status = s limit ${MOST}) c)) from unnest(array['pending', 'dead']) s) as duties,
        greatest(coalesce(extract(epoch from ${now}::timestamptz - (select min(next_attempt_at) from webhook_inbox where status in ('pending', 'waiting'))), 0), 0)::float8 as oldest,
        extract(epoch from ${now}::timestamptz - (select max(last_run_at) from jobs where name like 'billing reconciliation%'))::float8 as reconciled`;
    const { inbox, duties, oldest, reconciled } = row as unknown as BillingFigures & { oldest: number; reconciled: number | null };
    return { inbox, duties, oldestDueSeconds: oldest, reconciledSecondsAgo: reconciled === null ? null : Math.max(0, reconciled) };
  });
}
