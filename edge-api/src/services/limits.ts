import { ENTITLEMENT_TIMES } from "@dramac/contracts";
import type { Database, Tx } from "../db/database.ts";

/** As good as no limit. */
const MANY = 2_000_000_000;
const TABLES = ["agency_module_installations", "client_module_installations", "site_module_installations"] as const;

/**
 * Says of each installation of a subscription whether it is within its limit. Those that the agency picked stay first, then the oldest.
 * The surplus runs to the end of the period in which it became one; where nothing is paid by periods, a week, so that there is time to
 * pick. That end is the gate's to keep, and nothing has to happen for it. Whoever raises the limit, or makes room, has everything back
 * at once. The subscription is locked first, as everywhere.
 */
export async function applyInstallationLimit(tx: Tx, subscriptionId: string, now: Date): Promise<void> {
  const [row] = await tx`
    select agency_id as "agencyId", module_id as "moduleId", max_installations as max, limit_ends_at as ends, current_period_end as period, kept_installations as kept, current_installations as installed
    from agency_module_subscriptions s where s.id = ${subscriptionId} for update`;
  if (!row) return;
  const { agencyId, moduleId, max, ends, period, kept, installed } = row as unknown as {
    agencyId: string;
    moduleId: string;
    max: number | null;
    ends: Date | null;
    period: Date | null;
    kept: string[];
    installed: number;
  };
  const isOver = max !== null && installed > max;
  if (!isOver && ends === null) return;
  const until = isOver ? (ends ?? endOf(period, now)) : null;
  await tx`update agency_module_subscriptions set limit_ends_at = ${until}, kept_installations = ${isOver ? kept : []} where id = ${subscriptionId}`;
  const surplus = until !== null && until <= now ? "suspended" : "over_limit";
  for (const table of TABLES) {
    await tx`
      update ${tx(table)} t set limit_status = said.status
      from (
        select i.id, case when row_number() over (order by i.id = any(${kept}::uuid[]) desc, i.installed_at, i.id) <= ${isOver ? max : MANY} then 'within' else ${surplus} end as status
        from installations i
        where i.agency_id = ${agencyId} and i.module_id = ${moduleId} and i.agency_subscription_id = ${subscriptionId} and i.uninstalled_at is null
      ) said
      where t.agency_id = ${agencyId} and t.module_id = ${moduleId} and t.id = said.id and t.limit_status <> said.status`;
  }
}

const endOf = (period: Date | null, now: Date): Date => (period !== null && period > now ? period : new Date(now.getTime() + ENTITLEMENT_TIMES.grace));

const BATCH = 100;

/** For a job: writes down of what has come to its end that it stopped, for lists and for what clients owe. The gate did not wait for it. */
export async function recordEndedLimits(database: Database, isOver: () => boolean = () => false): Promise<number> {
  let noted = 0;
  while (!isOver()) {
    const count = await database.withPlatform("ended limits", async (tx) => {
      const due = await tx`
        select s.id from agency_module_subscriptions s
        where s.limit_ends_at <= now() and exists (
          select from installations i where i.agency_id = s.agency_id and i.module_id = s.module_id and i.agency_subscription_id = s.id and i.limit_status = 'over_limit' and i.uninstalled_at is null)
        order by s.limit_ends_at limit ${BATCH} for update of s skip locked`;
      for (const { id } of due) await applyInstallationLimit(tx, id as string, new Date());
      return due.length;
    });
    noted += count;
    if (count < BATCH) break;
  }
  return noted;
}
