import {
  type Entitlement,
  ENTITLEMENT_REASONS,
  entitlementOf,
  type InstallLevel,
  type Manifest,
  ManifestSchema,
  type SubscriptionFacts,
} from "@dramac/contracts";
import semver from "semver";
import type { Tx } from "../../db/database.ts";
import { ApiError } from "../../http/api-error.ts";
import { subscriptionFacts } from "../entitlements.ts";
import { LEVEL_LABELS, type InstallationScope, isInScope } from "./installation-scope.ts";

/** A module that may be installed in a scope, with the subscription that allows it. */
export interface Installable {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly manifest: Manifest;
  readonly prices: Readonly<Record<string, unknown>>;
  /** The agency's live subscription, locked until the transaction ends; free modules need none. */
  readonly subscription:
    | ({ readonly id: string; readonly max: number | null; readonly current: number; readonly facts: SubscriptionFacts } & SalePrice)
    | undefined;
}

/** The present prices of a subscription. */
interface SalePrice {
  readonly cycle: string;
  readonly markup: string;
  readonly basisPoints: bigint;
  /** The wholesale price for the billing cycle. */
  readonly wholesale: bigint;
  readonly retail: bigint | null;
}

/**
 * Checks everything that can prevent an installation, in the order in which people can fix it.
 * @throws ApiError `not_found`, `module_not_active`, `wrong_install_level`, `suspended`, `subscription_required`, `already_installed`, `dependency_missing`
 */
export async function findInstallable(tx: Tx, scope: InstallationScope, moduleId: string, now: Date): Promise<Installable> {
  const [module] = await tx`
    select m.id, m.slug, m.name, m.status, m.killed_at, m.install_level, m.pricing_type, m.price_version, m.currency, v.manifest
    from modules m left join module_versions v on v.module_id = m.id and v.version = m.current_version and v.status = 'published' and v.killed_at is null
    where m.id = ${moduleId} and m.status <> 'draft'`;
  if (!module) throw new ApiError("not_found", "There is no such module to install.");
  const name = module.name as string;
  if (module.status !== "active" || module.killed_at || !module.manifest) {
    throw new ApiError("module_not_active", `${name} is ${module.killed_at ? "stopped" : (module.status as string)} and cannot be installed now.`);
  }
  if (module.install_level !== scope.level) {
    throw new ApiError("wrong_install_level", `${name} is installed ${LEVEL_LABELS[module.install_level as InstallLevel]}.`);
  }
  await requireActiveScope(tx, scope);
  const subscription = await lockSubscription(tx, scope, moduleId);
  requireEntitled(name, entitlementOf(subscription?.facts, module.pricing_type === "free", now.getTime()));
  const [known] = await tx`select i.id from installations i where ${isInScope(tx, scope)} and i.module_id = ${moduleId} and i.uninstalled_at is null`;
  if (known) throw new ApiError("already_installed", `${name} is installed here as ${known.id as string}.`);
  const manifest = ManifestSchema.parse(module.manifest);
  await requireDependencies(tx, scope, name, manifest);
  const { price_version, currency } = module;
  return { id: moduleId, slug: module.slug as string, name, manifest, prices: { price_version, currency }, subscription };
}

/** @throws ApiError `subscription_required` with the reason, and what to do */
function requireEntitled(name: string, { isAllowed, mayInstall, reason }: Entitlement): void {
  if (mayInstall) return;
  const why = ENTITLEMENT_REASONS[reason];
  const advice = isAllowed ? `${name} keeps running where it is installed; pay, then install more of it.` : `Subscribe to ${name}, and pay, first.`;
  throw new ApiError("subscription_required", `${why} ${advice}`);
}

/** The agency's live subscription, or else its last expired one, with its row locked. */
async function lockSubscription(tx: Tx, { agencyId }: InstallationScope, moduleId: string): Promise<Installable["subscription"]> {
  const [row] = await tx`
    select s.id, s.max_installations as max, s.current_installations as current, s.billing_cycle as cycle, s.markup_type as markup,
      s.markup_basis_points as "basisPoints", w.price as wholesale,
      case s.billing_cycle when 'monthly' then s.retail_price_monthly_cached when 'yearly' then s.retail_price_yearly_cached
        else calculate_retail_price(w.price, s.markup_type, s.markup_basis_points, s.markup_fixed_amount, s.custom_price_monthly) end as retail,
      ${subscriptionFacts(tx)} as facts
    from agency_module_subscriptions s join modules m on m.id = s.module_id
      cross join lateral (select case s.billing_cycle when 'monthly' then m.wholesale_price_monthly when 'yearly' then m.wholesale_price_yearly
        else m.wholesale_price_one_time end as price) w
    where s.agency_id = ${agencyId} and s.module_id = ${moduleId}
    order by s.status = 'expired', s.created_at desc limit 1 for update of s`;
  return row as unknown as Installable["subscription"];
}

/** @throws ApiError `suspended` when the client or site is not active */
async function requireActiveScope(tx: Tx, { clientId, siteId }: InstallationScope): Promise<void> {
  const [inactive] = await tx`
    select 'client' as what, status from clients where id = ${clientId} and status <> 'active'
    union all select 'site', status from sites where id = ${siteId} and status not in ('active', 'draft')`;
  if (inactive) throw new ApiError("suspended", `This ${inactive.what as string} is ${inactive.status as string}: nothing runs there. Make it active first.`);
}

/** The modules that a module needs must be installed in the same scope, or in its client or agency. */
async function requireDependencies(
  tx: Tx,
  { agencyId, clientId, siteId }: InstallationScope,
  name: string,
  { dependencies, peerDependencies }: Manifest,
): Promise<void> {
  if (!dependencies.length && !peerDependencies.length) return;
  const rows = await tx`
    select m.slug, coalesce(i.pinned_version, m.current_version) as version from installations i join modules m on m.id = i.module_id
    where i.agency_id = ${agencyId} and i.uninstalled_at is null
      and (i.client_id is null or i.client_id = ${clientId}) and (i.site_id is null or i.site_id = ${siteId})`;
  const installed = new Map(rows.map((row) => [row.slug as string, row.version as string]));
  const missing = [
    ...dependencies.filter((slug) => !installed.has(slug)),
    ...peerDependencies
      .filter(({ module, version }) => !semver.satisfies(installed.get(module) ?? "", version))
      .map(({ module, version }) => `${module} ${version}${installed.has(module) ? ` (here is ${installed.get(module)})` : ""}`),
  ];
  if (missing.length) throw new ApiError("dependency_missing", `${name} needs ${missing.join(", ")}. Install that first.`);
}
