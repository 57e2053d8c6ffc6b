import type { Tx } from "../db/database.ts";
import { TABLES, type TenantLevel } from "./installations/installation-scope.ts";

/** What is moved to today's price: all installations of a subscription, or one of them. */
export interface MoveTarget {
  readonly subscriptionId: string;
  readonly installation?: { readonly level: TenantLevel; readonly id: string };
}

const LEVELS = Object.keys(TABLES) as TenantLevel[];
/** No one pays in these statuses, so no one needs a notice. */
const NOT_SOLD = ["pending", "expired"];

/** Joins as `f` the terms of the last announcement of an installation `i`, or its present terms: a second announcement starts from the first one. */
const joinLatestTerms = (tx: Tx) => tx`
  left join lateral (select to_version, to_wholesale, to_paid, to_markup_type, to_markup_basis_points from price_changes p
    where p.installation_id = i.id and p.status = 'announced' order by effective_at desc, announced_at desc, id desc limit 1) last on true
  cross join lateral (select
    case when last is null then i.price_version else last.to_version end as version,
    case when last is null then i.price_wholesale else last.to_wholesale end as wholesale,
    case when last is null then i.price_paid else last.to_paid end as paid,
    case when last is null then i.price_markup_type else last.to_markup_type end as markup,
    case when last is null then i.price_markup_basis_points else last.to_markup_basis_points end as points) f`;

const columns = (tx: Tx) => tx`agency_id, module_id, subscription_id, level, client_id, site_id, installation_id, cause, currency, billing_cycle,
  from_version, from_wholesale, from_paid, to_version, to_wholesale, to_markup_type, to_markup_basis_points, to_paid, effective_at`;

const scopeColumns = (tx: Tx, level: TenantLevel) =>
  tx`${level === "agency" ? tx`null::uuid` : tx`i.client_id`}, ${level === "site" ? tx`i.site_id` : tx`null::uuid`}`;

/**
 * Announces a module's latest price to its subscriptions and their installations. It takes effect when the notice period ends;
 * an installation keeps the markup that it was sold with. The caller holds the locks of the module's subscriptions.
 * @returns how many subscriptions and installations got an announcement
 */
export async function announceWholesale(tx: Tx, moduleId: string): Promise<number> {
  const { count: subscriptionCount } = await tx`
    insert into price_changes (${columns(tx)})
    select s.agency_id, s.module_id, s.id, 'subscription', null::uuid, null::uuid, null::uuid, 'wholesale', v.currency, s.billing_cycle,
      f.version, f.wholesale, null::bigint, v.version, w.price, null::text, null::bigint, null::bigint, v.effective_from
    from agency_module_subscriptions s join modules m on m.id = s.module_id
      join module_price_versions v on v.module_id = m.id and v.version = m.price_version
      left join lateral (select to_version, to_wholesale from price_changes p
        where p.subscription_id = s.id and p.level = 'subscription' and p.status = 'announced' order by effective_at desc, announced_at desc, id desc limit 1) last on true
      cross join lateral (select coalesce(last.to_version, s.price_version) as version, coalesce(last.to_wholesale, s.price_wholesale) as wholesale) f
      cross join lateral (select wholesale_of_cycle(m, s.billing_cycle) as price) w
    where s.module_id = ${moduleId} and s.status not in ${tx(NOT_SOLD)} and f.wholesale <> w.price`;
  let total = subscriptionCount;
  for (const level of LEVELS) {
    const { table, subscription } = TABLES[level];
    const { count } = await tx`
      insert into price_changes (${columns(tx)})
      select i.agency_id, i.module_id, s.id, ${level}, ${scopeColumns(tx, level)}, i.id, 'wholesale', v.currency, coalesce(i.billing_cycle, s.billing_cycle),
        f.version, f.wholesale, f.paid, v.version, w.price, f.markup, f.points,
        ${level === "agency" ? tx`w.price` : tx`calculate_retail_price(w.price, f.markup, f.points, f.paid - f.wholesale, f.paid)`}, v.effective_from
      from ${tx(table)} i join agency_module_subscriptions s on s.id = i.${tx(subscription)} join modules m on m.id = i.module_id
        join module_price_versions v on v.module_id = m.id and v.version = m.price_version
        ${joinLatestTerms(tx)}
        cross join lateral (select wholesale_of_cycle(m, coalesce(i.billing_cycle, s.billing_cycle)) as price) w
      where i.module_id = ${moduleId} and i.uninstalled_at is null and s.status not in ${tx(NOT_SOLD)} and f.wholesale <> w.price`;
    total += count;
  }
  return total;
}

/**
 * Announces to installations the price of a new installation today. The caller holds the lock of the subscription.
 * @returns how many installations will change, and when
 */
export async function announceMove(tx: Tx, { subscriptionId, installation }: MoveTarget): Promise<{ announced: number; effectiveAt: Date | null }> {
  const rows: { effective_at: Date }[] = [];
  for (const level of installation ? [installation.level] : LEVELS) {
    const { table, subscription } = TABLES[level];
    rows.push(
      ...(await tx<{ effective_at: Date }[]>`
      insert into price_changes (${columns(tx)})
      select i.agency_id, i.module_id, s.id, ${level}, ${scopeColumns(tx, level)}, i.id, 'move', m.currency, s.billing_cycle,
        f.version, f.wholesale, f.paid, m.price_version, t.wholesale, s.markup_type, s.markup_basis_points, t.paid, now() + interval '30 days'
      from ${tx(table)} i join agency_module_subscriptions s on s.id = i.${tx(subscription)} join modules m on m.id = i.module_id
        ${joinLatestTerms(tx)}
        cross join lateral (select wholesale_of_cycle(m, s.billing_cycle) as price) w
        cross join lateral (select w.price as wholesale, ${
          level === "agency"
            ? tx`w.price`
            : tx`calculate_retail_price(w.price, s.markup_type, s.markup_basis_points, s.markup_fixed_amount,
              case s.billing_cycle when 'yearly' then s.custom_price_yearly else s.custom_price_monthly end)`
        } as paid) t
      where s.id = ${subscriptionId} and s.status not in ${tx(NOT_SOLD)} and i.uninstalled_at is null
        and ${installation ? tx`i.id = ${installation.id}` : tx`true`}
        and (coalesce(f.wholesale, 0), coalesce(f.paid, 0)) is distinct from (t.wholesale, coalesce(t.paid, 0))
      returning effective_at`),
    );
  }
  return { announced: rows.length, effectiveAt: rows[0]?.effective_at ?? null };
}

/** Drops what was announced to an installation, because it was sold again at another price. */
export const dropAnnouncements = (tx: Tx, installationId: string) =>
  tx`update price_changes set status = 'dropped', settled_at = now() where installation_id = ${installationId} and status = 'announced'`;
