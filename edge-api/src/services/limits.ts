import { ENTITLEMENT_TIMES } from "@dramac/contracts";
import type { Database, Tx } from "../db/database.ts";

interface LimitedSubscription {
  readonly agencyId: string;
  readonly moduleId: string;
  readonly max: number | null;
  readonly endsAt: Date | null;
  readonly periodEnd: Date | null;
  readonly retained: string[];
  readonly installed: number;
}

/** More than any subscription can have: it means no limit. */
const UNLIMITED = 2_000_000_000;
const TABLES = ["agency_module_installations", "client_module_installations", "site_module_installations"] as const;

/**
 * Updates the limit status of each installation of a subscription. Installations that the agency chose to keep come first, then the
 * oldest. Installations over the limit run until the end of the period in which the limit was first exceeded, or for a week where
 * nothing is paid by period, so that the agency has time to choose. `entitle` enforces that end: no job has to run for it. When the
 * agency raises the limit or uninstalls enough, all installations are within the limit at once. Locks the subscription first, like
 * everywhere else, to avoid deadlocks.
 */
export async function applyInstallationLimit(tx: Tx, subscriptionId: string, now: Date): Promise<void> {
  const [row] = await tx<LimitedSubscription[]>`
    select agency_id as "agencyId", module_id as "moduleId", max_installations as max, limit_ends_at as "endsAt", current_period_end as "periodEnd",
      kept_installations as retained, current_installations as installed
    from agency_module_subscriptions s where s.id = ${subscriptionId} for update`;
  if (!row) return;
  const { agencyId, moduleId, max, endsAt, periodEnd, retained, installed } = row;
  const isOverLimit = max !== null && installed > max;
  if (!isOverLimit && endsAt === null) return;
  const until = isOverLimit ? (endsAt ?? graceEnd(periodEnd, now)) : null;
  await tx`update agency_module_subscriptions set limit_ends_at = ${until}, kept_installations = ${isOverLimit ? retained : []} where id = ${subscriptionId}`;
  const surplus = until !== null && until <= now ? "suspended" : "over_limit";
  for (const table of TABLES) {
    await tx`
      update ${tx(table)} t set limit_status = assigned.status
      from (
        select i.id, case when row_number() over (order by i.id = any(${retained}::uuid[]) desc, i.installed_at, i.id) <= ${isOverLimit ? max : UNLIMITED} then 'within' else ${surplus} end as status
        from installations i
        where i.agency_id = ${agencyId} and i.module_id = ${moduleId} and i.agency_subscription_id = ${subscriptionId} and i.uninstalled_at is null
      ) assigned
      where t.agency_id = ${agencyId} and t.module_id = ${moduleId} and t.id = assigned.id and t.limit_status <> assigned.status`;
  }
}

const graceEnd = (periodEnd: Date | null, now: Date): Date =>
  periodEnd !== null && periodEnd > now ? periodEnd : new Date(now.getTime() + ENTITLEMENT_TIMES.grace);

const BATCH = 100;

/**
 * For a job: marks installations over the limit as suspended when their time has ended, for lists and for clients' billing periods.
 * They stopped at that end already, without this job.
 * @param shouldStop asked between batches
 * @param clock the clock of entitlements, milliseconds since 1970
 * @returns how many subscriptions were updated
 */
export async function recordEndedLimits(database: Database, shouldStop: () => boolean = () => false, clock: () => number = Date.now): Promise<number> {
  let updated = 0;
  while (!shouldStop()) {
    const now = new Date(clock());
    const count = await database.withPlatform("ended limits", async (tx) => {
      // A subquery of one row: PostgreSQL would otherwise join all installations, because it does not know how few subscriptions are due.
      const due = await tx`
        select s.id from agency_module_subscriptions s
        where s.limit_ends_at <= ${now} and coalesce((
          select true from installations i where i.agency_id = s.agency_id and i.module_id = s.module_id and i.agency_subscription_id = s.id and i.limit_status = 'over_limit' and i.uninstalled_at is null limit 1), false)
        order by s.limit_ends_at limit ${BATCH} for update of s skip locked`;
      for (const { id } of due) await applyInstallationLimit(tx, id as string, now);
      return due.length;
    });
    updated += count;
    if (count < BATCH) break;
  }
  return updated;
}
