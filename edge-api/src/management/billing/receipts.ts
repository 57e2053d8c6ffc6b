import { ReceiptSchema, type Role } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { type InstallationScope, ROOTS, isInScope, TABLES, type TenantLevel } from "../../services/installations/installation-scope.ts";
import { installationScopeOf } from "../../services/installations/read.ts";
import { operation } from "../operation.ts";
import { missing } from "../../services/missing.ts";

type View = "client" | "agency" | "platform";

function viewOf(role: Role): View {
  if (role === "super_admin") return "platform";
  return role === "client_member" ? "client" : "agency";
}

/** Columns of every view, for an installation `t`, its module `m` and its last period `p`. An agency's own installation has no paying client. */
const commonColumns = (tx: Tx, level: TenantLevel) => tx`
  t.id as "installationId", ${level} as level, m.id as "moduleId", m.slug as "moduleSlug", m.name as "moduleName", t.price_currency as currency,
  t.billing_cycle as "billingCycle", ${retail(tx, level)} as retail, p.id as "periodId", p.period_start as "from", p.period_end as "to", p.amount`;

const agencyColumns = (tx: Tx, level: TenantLevel) => tx`
  t.price_version as "priceVersion", t.price_wholesale as wholesale, ${retail(tx, level)} - t.price_wholesale as profit,
  case when ${retail(tx, level)} is not null then jsonb_build_object('type', t.price_markup_type, 'amount', t.price_paid - t.price_wholesale,
    'basisPoints', case t.price_markup_type when 'percentage' then t.price_markup_basis_points end) end as markup`;

const platformColumns = (tx: Tx) => tx`
  m.developer_id as "developerId", m.author_name as "developerName", ${share(tx)} as "developerShare", t.price_wholesale - ${share(tx)} as "platformShare"`;

const retail = (tx: Tx, level: TenantLevel) => (level === "agency" ? tx`null::bigint` : tx`case when t.price_markup_type is not null then t.price_paid end`);
/** Bulk writes leave the column empty, so the share is computed. */
const share = (tx: Tx) => tx`coalesce(t.price_developer_share, calculate_developer_share(t.price_wholesale))`;

/** Reads only the columns of the view, so that no other column can be shown by mistake. @throws ApiError `not_found` */
async function readReceipt(tx: Tx, scope: InstallationScope, id: string, view: View): Promise<Record<string, unknown>> {
  const { level } = scope;
  const columns = {
    client: () => commonColumns(tx, level),
    agency: () => tx`${commonColumns(tx, level)}, ${agencyColumns(tx, level)}`,
    platform: () => tx`${commonColumns(tx, level)}, ${agencyColumns(tx, level)}, ${platformColumns(tx)}`,
  };
  const [row] = await tx`
    select ${columns[view]()} from installations i join ${tx(TABLES[level].table)} t on t.id = i.id join modules m on m.id = t.module_id
      left join lateral (select * from client_periods where installation_id = t.id order by period_start desc limit 1) p on true
    where i.id = ${id} and ${isInScope(tx, scope)}`;
  if (!row) throw missing();
  const { periodId, from, to, amount, ...rest } = row;
  return { view, ...rest, period: periodId ? { from, to, amount } : null };
}

/** The receipt of an installation, in a view for each of the three parties. */
export const receiptOperations = (["agency", "client", "site"] as const).map((level: TenantLevel) =>
  operation({
    id: `${level}.installation.receipt`,
    method: "GET",
    path: `${ROOTS[level]}/installations/{installationId}/receipt` as `${(typeof ROOTS)[TenantLevel]}/installations/{installationId}/receipt`,
    summary: "The price of an installation. A client sees what it pays, its agency also the wholesale price, the platform also how it is shared.",
    minimumRole: level === "agency" ? "agency_member" : "client_member",
    answer: ReceiptSchema,
    run: async ({ tx, actor, agencyId, ids }) => readReceipt(tx, await installationScopeOf(tx, level, agencyId, ids), ids.installationId, viewOf(actor.role)),
  }),
);
