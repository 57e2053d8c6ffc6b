import type { Tx } from "@dramac/edge-api/database";
import { TABLES, type TenantLevel } from "@dramac/edge-api/installation-scope";
import { slugsOf } from "./catalogue.ts";
import type { Sizes } from "./sizes.ts";
import { pseudoRandom, idOf, momentOf } from "./spread.ts";
import type { Step } from "./step.ts";

/** The table of each level's scopes, their number, and the columns of an installation's scope. */
const SCOPES = {
  agency: { table: "agencies", count: ({ agencies }: Sizes) => agencies, columns: { agency_id: "p.id" } },
  client: { table: "clients", count: ({ clients }: Sizes) => clients, columns: { agency_id: "p.agency_id", client_id: "p.id" } },
  site: { table: "sites", count: ({ sites }: Sizes) => sites, columns: { agency_id: "p.agency_id", client_id: "p.client_id", site_id: "p.id" } },
} as const;

/** Goes over all scopes of a level in rounds; each round installs modules of another group, popular modules more often. */
function installationStep(level: TenantLevel, count: (sizes: Sizes) => number): Step {
  const { table, subscription } = TABLES[level];
  const scope = SCOPES[level];
  const groups = slugsOf(level);
  const groupSize = groups[0]?.length ?? 0;
  return {
    name: `installations of ${level === "agency" ? "agencies" : `${level}s`}`,
    count,
    disableTriggersOf: [table],
    async write(tx, from, to, sizes) {
      const scopes = scope.count(sizes);
      const list = (show: (column: [name: string, column: string]) => ReturnType<Tx>) => Object.entries(scope.columns).map(show);
      const slug = tx`(${groups.flat()}::text[])[1 + n / ${scopes}::int * ${groupSize}::int + floor(${groupSize}::int * power(${pseudoRandom(tx, level, tx`n`)}, 2))::int]`;
      const added = await tx`
        with wanted as (
          select n${list(([name, column]) => tx`, ${tx(column)} as ${tx(name)}`)}, ${slug} as slug
          from generate_series(${from}::int, ${to - 1}::int) n join ${tx(scope.table)} p on p.id = ${idOf(tx, level, tx`n % ${scopes}::int`)}
        ), added as (
          insert into ${tx(table)} (id${list(([name]) => tx`, ${tx(name)}`)}, module_id, ${tx(subscription)}, is_enabled, granted_permissions, price_version, price_wholesale, price_currency,
            price_markup_type, price_markup_basis_points, price_paid, billing_cycle, installed_at)
          select ${idOf(tx, `${level}-installation`, tx`n`)}${list(([name]) => tx`, w.${tx(name)}`)}, m.id, s.id, n % 101 <> 100, m.required_permissions,
            case when s.id is not null then m.price_version end, case when s.id is not null then price.wholesale end, case when s.id is not null then m.currency end,
            s.markup_type, s.markup_basis_points, ${level === "agency" ? tx`case when s.id is not null then price.wholesale end` : tx`price.retail`},
            ${level === "client" ? tx`coalesce(s.billing_cycle, 'monthly')` : tx`s.billing_cycle`}, ${momentOf(tx, tx`n`, count(sizes))}
          from wanted w join modules m on m.slug = w.slug
            left join agency_module_subscriptions s on s.agency_id = w.agency_id and s.module_id = m.id and s.status <> 'expired' and m.pricing_type <> 'free'
            cross join lateral (select wholesale, calculate_retail_price(wholesale, s.markup_type, s.markup_basis_points, s.markup_fixed_amount,
                case s.billing_cycle when 'yearly' then s.custom_price_yearly else s.custom_price_monthly end) as retail
              from (select case s.billing_cycle when 'monthly' then m.wholesale_price_monthly when 'yearly' then m.wholesale_price_yearly else m.wholesale_price_one_time end as wholesale) w) price
          on conflict do nothing returning module_id, ${tx(subscription)} as subscription_id
        )
        select module_id, subscription_id, count(*)::int as count from added group by 1, 2`;
      const rows = tx`jsonb_to_recordset(${tx.json(added as never)}) as a(module_id uuid, subscription_id uuid, count int)`;
      // Subscriptions before modules, like everywhere else, to avoid deadlocks.
      await tx`
        update agency_module_subscriptions s set current_installations = s.current_installations + a.count
        from (select subscription_id, sum(count)::int as count from ${rows} group by 1) a where s.id = a.subscription_id`;
      await tx`
        update modules m set install_count = m.install_count + a.count
        from (select module_id, sum(count)::int as count from ${rows} group by 1) a where m.id = a.module_id`;
      return added.reduce((sum, row) => sum + (row.count as number), 0);
    },
  };
}

/** The installations of all levels, with their subscriptions and prices. The counts are updated like the triggers would. */
export const installationSteps: readonly Step[] = [
  installationStep("agency", ({ agencyInstallations }) => agencyInstallations),
  installationStep("client", ({ clientInstallations }) => clientInstallations),
  installationStep("site", ({ siteInstallations }) => siteInstallations),
];
