import type { InstallInput } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { ApiError } from "../../http/api-error.ts";
import { findInstallable, type Installable } from "./installable.ts";
import { type InstallationScope, scopeColumns, TABLES } from "./installation-scope.ts";
import { checkSettings } from "./settings.ts";

/** The `already_installed` sentence for a scope's unique constraint, when two installations run at the same time. */
export const CONCURRENTLY_INSTALLED = "Someone else installed it just now.";

/**
 * Installs a module in a scope, after all checks. Writes the row with its price and permissions, and counts it, in the caller's transaction.
 * @returns the id of the installation
 * @throws ApiError with a code of its own for each reason
 */
export async function install(tx: Tx, scope: InstallationScope, input: InstallInput, now: Date): Promise<string> {
  const module = await findInstallable(tx, scope, input.moduleId, now);
  const permissions = checkGrants(module, input.permissions ?? module.manifest.permissions);
  checkSettings(module.manifest, input.settings);
  await countInstallation(tx, module);
  const { table, subscription } = TABLES[scope.level];
  const [made] = await tx`insert into ${tx(table)} ${tx({
    ...scopeColumns(scope),
    module_id: module.id,
    [subscription]: module.subscription?.id ?? null,
    is_enabled: input.enabled,
    settings: tx.json(input.settings as never),
    granted_permissions: permissions,
    ...priceSnapshot(scope, module),
  } as never)} returning id`;
  return made?.id as string;
}

/** The permissions without duplicates. @throws ApiError `validation_failed` for a permission that the manifest does not ask for */
export function checkGrants({ name, manifest }: Pick<Installable, "name" | "manifest">, permissions: readonly string[]): string[] {
  const issues = permissions.flatMap((permission, index) =>
    (manifest.permissions as readonly string[]).includes(permission)
      ? []
      : [{ path: `/permissions/${index}`, message: `${name} does not ask for ${permission}` }],
  );
  if (issues.length) throw new ApiError("validation_failed", `${issues[0]?.message}: leave it out.`, { faults: issues });
  return [...new Set(permissions)];
}

/** Counts an installation. The caller holds the lock of the subscription, so concurrent installations are counted one after the other. @throws ApiError `installation_limit_reached` */
export async function countInstallation(tx: Tx, { name, subscription }: Pick<Installable, "name" | "subscription">): Promise<void> {
  if (!subscription) return;
  const { id, max, current } = subscription;
  if (max !== null && current >= max) {
    throw new ApiError(
      "installation_limit_reached",
      `This subscription to ${name} covers ${max} installations, and all are in use. Uninstall one, or raise the limit.`,
    );
  }
  await tx`update agency_module_subscriptions set current_installations = current_installations + 1 where id = ${id}`;
}

/** The price columns of an installation: the price that it is sold at, which stays the same until an announced change takes effect. */
export function priceSnapshot({ level }: InstallationScope, { prices, subscription }: Installable): Record<string, unknown> {
  if (!subscription) return {};
  const { cycle, markup, basisPoints, wholesale, retail } = subscription;
  return {
    price_version: prices.price_version,
    price_wholesale: wholesale,
    price_currency: prices.currency,
    price_markup_type: markup,
    price_markup_basis_points: basisPoints,
    price_paid: level === "agency" ? wholesale : retail,
    billing_cycle: cycle,
  };
}
