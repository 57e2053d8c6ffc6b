import type { Database, Tx } from "../db/database.ts";
import { TABLES, type TenantLevel } from "./installations/installation-scope.ts";

const BATCH = 500;

/**
 * Applies every announced price whose notice period is over. Any number of nodes may run it at the same time: each takes
 * subscriptions that no other node has locked, and the transaction of a node that dies is rolled back.
 * @param shouldStop asked between transactions
 * @returns how many changes were applied or dropped
 */
export async function applyDuePrices(database: Database, shouldStop: () => boolean = () => false): Promise<number> {
  let applied = 0;
  while (!shouldStop()) {
    const count = await database.withPlatform("due prices", applySome);
    if (count === 0) break;
    applied += count;
  }
  return applied;
}

/** Some changes of one subscription, in one transaction. The subscription is locked first, like everywhere else, to avoid deadlocks. */
async function applySome(tx: Tx): Promise<number> {
  const [subscription] = await tx`
    select s.id from agency_module_subscriptions s
    where s.id in (select subscription_id from price_changes where status = 'announced' and effective_at <= now())
    limit 1 for update skip locked`;
  if (!subscription) return 0;
  const due = await tx`
    select id from price_changes where subscription_id = ${subscription.id as string} and status = 'announced' and effective_at <= now()
    order by effective_at, announced_at, id limit ${BATCH} for update`;
  const ids = due.map(({ id }) => id as string);
  await tx`update agency_module_subscriptions s set price_version = c.to_version, price_wholesale = c.to_wholesale
    from (${lastOf(tx, "subscription", ids)}) c where s.id = c.subscription_id`;
  const live = new Set<string>();
  for (const level of Object.keys(TABLES) as TenantLevel[]) {
    const rows = await tx`
      update ${tx(TABLES[level].table)} i set price_version = c.to_version, price_wholesale = c.to_wholesale, price_paid = c.to_paid,
        price_markup_type = c.to_markup_type, price_markup_basis_points = c.to_markup_basis_points, price_currency = c.currency, billing_cycle = c.billing_cycle
      from (${lastOf(tx, level, ids)}) c where i.id = c.installation_id and i.uninstalled_at is null returning i.id`;
    for (const { id } of rows) live.add(id as string);
  }
  // Changes of uninstalled modules are dropped: a restored module is sold at the price of that day.
  await tx`update price_changes set settled_at = now(),
    status = case when level = 'subscription' or installation_id = any(${[...live]}::uuid[]) then 'applied' else 'dropped' end where id = any(${ids}::uuid[])`;
  await tx`
    insert into audit_log (agency_id, actor_kind, action, subject_kind, subject_id, before, after)
    select agency_id, 'system', 'price.apply', case level when 'subscription' then 'subscription' else 'installation' end,
      coalesce(installation_id, subscription_id)::text,
      jsonb_build_object('priceVersion', from_version, 'wholesale', from_wholesale, 'paid', from_paid),
      jsonb_build_object('priceVersion', to_version, 'wholesale', to_wholesale, 'paid', to_paid, 'announcedAt', announced_at)
    from price_changes where id = any(${ids}::uuid[]) and status = 'applied'`;
  return ids.length;
}

/** The last of several due changes of each subscription or installation: only that one takes effect. */
const lastOf = (tx: Tx, level: string, ids: readonly string[]) => tx`
  select distinct on (coalesce(installation_id, subscription_id)) * from price_changes
  where level = ${level} and id = any(${[...ids]}::uuid[])
  order by coalesce(installation_id, subscription_id), effective_at desc, announced_at desc, id desc`;
