import { type InstallLevel, LIVE_STATUSES, type Manifest, ManifestSchema } from "@dramac/contracts";
import semver from "semver";
import type { Tx } from "../../db/database.ts";
import { ApiError } from "../../http/api-error.ts";
import { LEVEL_WORDS, type Place, standsAt } from "./place.ts";

/** A module that may be installed at a place, with the right to it. */
export interface Installable {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly manifest: Manifest;
  readonly prices: Readonly<Record<string, unknown>>;
  /** The agency's live subscription, locked until the transaction ends; free modules need none. */
  readonly subscription: ({ readonly id: string; readonly max: number | null; readonly current: number } & Sold) | undefined;
}

/** How a subscription is sold at the moment. */
interface Sold {
  readonly cycle: string;
  readonly markup: string;
  readonly basisPoints: bigint;
  readonly retail: bigint | null;
}

/**
 * Looks at everything that can stand against an installation, in the order in which people can do something about it.
 * @throws ApiError `not_found`, `module_not_active`, `wrong_install_level`, `subscription_required`, `already_installed`, `dependency_missing`
 */
export async function findInstallable(tx: Tx, place: Place, moduleId: string): Promise<Installable> {
  const [module] = await tx`
    select m.id, m.slug, m.name, m.status, m.killed_at, m.install_level, m.pricing_type, m.price_version, m.wholesale_price_monthly, m.currency, v.manifest
    from modules m left join module_versions v on v.module_id = m.id and v.version = m.current_version and v.status = 'published' and v.killed_at is null
    where m.id = ${moduleId} and m.status <> 'draft'`;
  if (!module) throw new ApiError("not_found", "There is no such module to install.");
  const name = module.name as string;
  if (module.status !== "active" || module.killed_at || !module.manifest) {
    throw new ApiError("module_not_active", `${name} is ${module.killed_at ? "stopped" : (module.status as string)} and cannot be installed now.`);
  }
  if (module.install_level !== place.level) {
    throw new ApiError("wrong_install_level", `${name} is installed ${LEVEL_WORDS[module.install_level as InstallLevel]}.`);
  }
  const subscription = await lockSubscription(tx, place, moduleId);
  if (!subscription && module.pricing_type !== "free") {
    throw new ApiError("subscription_required", `This agency has no running subscription to ${name}. Subscribe, and pay, first.`);
  }
  const [known] = await tx`select i.id from installations i where ${standsAt(tx, place)} and i.module_id = ${moduleId} and i.uninstalled_at is null`;
  if (known) throw new ApiError("already_installed", `${name} is installed here as ${known.id as string}.`);
  const manifest = ManifestSchema.parse(module.manifest);
  await requireDependencies(tx, place, name, manifest);
  const { price_version, wholesale_price_monthly, currency } = module;
  return { id: moduleId, slug: module.slug as string, name, manifest, prices: { price_version, wholesale_price_monthly, currency }, subscription };
}

async function lockSubscription(tx: Tx, { agencyId }: Place, moduleId: string): Promise<Installable["subscription"]> {
  const [row] = await tx`
    select id, max_installations as max, current_installations as current, billing_cycle as cycle, markup_type as markup,
      markup_basis_points as "basisPoints", case billing_cycle when 'yearly' then retail_price_yearly_cached else retail_price_monthly_cached end as retail
    from agency_module_subscriptions
    where agency_id = ${agencyId} and module_id = ${moduleId} and status in ${tx([...LIVE_STATUSES])} for update`;
  return row as unknown as Installable["subscription"];
}

/** What a module needs stands at the same place, or at the client or agency above it. */
async function requireDependencies(tx: Tx, { agencyId, clientId, siteId }: Place, name: string, { dependencies, peerDependencies }: Manifest): Promise<void> {
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
