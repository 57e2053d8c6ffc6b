import { ENTITLEMENT_REASONS, type Manifest, ManifestSchema } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { ApiError } from "../../http/api-error.ts";
import { dropAnnouncements } from "../announce-prices.ts";
import { entitle, entitlementColumns, type EntitlementFacts, entitlementFactsOf, joinSubscription } from "../entitlements.ts";
import { applyInstallationLimit } from "../limits.ts";
import { omitWriteOnly } from "../omit-write-only.ts";
import { missing } from "../missing.ts";
import { findInstallable } from "./installable.ts";
import { checkGrants, priceSnapshot, countInstallation } from "./install.ts";
import { type InstallationScope, isInScope, TABLES, type TenantLevel } from "./installation-scope.ts";
import { schemasOf } from "./read.ts";
import { checkSettings, mergeSettings } from "./settings.ts";

/** For how many days an uninstalled module can be restored. */
export const RESTORABLE_DAYS = 30;

/** An installation that is about to change, with its row locked. */
interface LockedInstallation {
  readonly id: string;
  readonly level: TenantLevel;
  readonly moduleId: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly settings: Record<string, unknown>;
  readonly granted: string[];
  readonly pinned: string | null;
  readonly revision: number;
  readonly subscriptionId: string | null;
  readonly entitledBy: EntitlementFacts;
  readonly manifest: Manifest;
  /** The settings' schemas of all versions. */
  readonly schemas: readonly unknown[];
}

/** Locks the subscription of an installation. Call it before the installation is locked: due prices lock in the same order. */
export const lockSubscription = (tx: Tx, id: string) =>
  tx`select from agency_module_subscriptions where id = (select agency_subscription_id from installations where id = ${id}) for update`;

/** @throws ApiError `not_found`, `precondition_failed` when `ifMatch` names an older revision */
export async function lockInstallation(tx: Tx, scope: InstallationScope, id: string, ifMatch?: string): Promise<LockedInstallation> {
  const { table } = TABLES[scope.level];
  const [held] = await tx`select revision from ${tx(table)} where id = ${id} and uninstalled_at is null for update`;
  const [row] = await tx`
    select i.module_id, i.is_enabled, i.settings, i.granted_permissions, i.pinned_version, i.revision, i.agency_subscription_id, m.name, v.manifest, ${schemasOf(tx)} as schemas,
      ${entitlementColumns(tx)}
    from installations i join modules m on m.id = i.module_id
      ${joinSubscription(tx)}
      join module_versions v on v.module_id = m.id and v.version = coalesce(i.pinned_version, m.current_version)
    where i.id = ${id} and ${isInScope(tx, scope)} and i.uninstalled_at is null`;
  if (!held || !row) throw missing();
  const revision = row.revision as number;
  if (ifMatch !== undefined && !ifMatch.split(",").some((tag) => ["*", `"${revision}"`].includes(tag.trim()))) {
    throw new ApiError("precondition_failed", `Someone else changed it: this is revision ${revision}. Read it again, then change that revision.`);
  }
  return {
    id,
    level: scope.level,
    moduleId: row.module_id as string,
    name: row.name as string,
    enabled: row.is_enabled as boolean,
    settings: row.settings as Record<string, unknown>,
    granted: row.granted_permissions as string[],
    pinned: row.pinned_version as string | null,
    revision,
    subscriptionId: row.agency_subscription_id as string | null,
    entitledBy: entitlementFactsOf(row),
    manifest: ManifestSchema.parse(row.manifest),
    schemas: row.schemas as unknown[],
  };
}

/** @returns the changed settings before and after, without secrets, for the audit log */
export async function changeSettings(tx: Tx, locked: LockedInstallation, change: Record<string, unknown>, now: Date) {
  const { id, level, manifest, schemas, settings, name, entitledBy } = locked;
  const entitlement = entitle(entitledBy, now.getTime());
  if (!entitlement.maySetSettings) {
    throw new ApiError("suspended", `${ENTITLEMENT_REASONS[entitlement.reason]} The settings of ${name} cannot be changed until it is paid for.`);
  }
  const merged = mergeSettings(settings, change);
  checkSettings(manifest, merged);
  await tx`update ${tx(TABLES[level].table)} set settings = ${tx.json(merged as never)} where id = ${id}`;
  const changed = (from: Record<string, unknown>) =>
    Object.fromEntries(Object.keys(change).flatMap((name) => (Object.hasOwn(from, name) ? [[name, from[name]]] : [])));
  return { before: omitWriteOnly(changed(settings), schemas), after: omitWriteOnly(changed(merged), schemas) };
}

/** After a permission is taken away, tokens that were minted before are refused. */
export async function changeGrants(tx: Tx, locked: LockedInstallation, permissions: readonly string[]) {
  const granted = checkGrants(locked, permissions);
  const isLess = locked.granted.some((permission) => !granted.includes(permission));
  await tx`update ${tx(TABLES[locked.level].table)} set granted_permissions = ${granted}, grants_epoch = grants_epoch + ${isLess ? 1 : 0} where id = ${locked.id}`;
  return { before: { permissions: locked.granted }, after: { permissions: granted } };
}

/** @throws ApiError `not_found` for a version that cannot run, `validation_failed` when the settings do not fit its schema */
export async function changeVersion(tx: Tx, locked: LockedInstallation, version: string | null) {
  const [found] = await tx`
    select v.manifest from module_versions v join modules m on m.id = v.module_id
    where m.id = ${locked.moduleId} and v.version = coalesce(${version}, m.current_version) and v.status = 'published' and v.killed_at is null`;
  if (!found) throw new ApiError("not_found", `${locked.name} has no published version ${version}.`);
  checkSettings(ManifestSchema.parse(found.manifest), locked.settings);
  await tx`update ${tx(TABLES[locked.level].table)} set pinned_version = ${version} where id = ${locked.id}`;
  return { before: { pinned: locked.pinned }, after: { pinned: version } };
}

/**
 * Removes an installation from all pages; it can be restored for `RESTORABLE_DAYS`. The subscription is updated before the module's
 * install count, like everywhere else, to avoid deadlocks.
 */
export async function uninstall(tx: Tx, { id, level, subscriptionId }: LockedInstallation, now: Date): Promise<void> {
  await tx`update agency_module_subscriptions set current_installations = greatest(current_installations - 1, 0) where id = ${subscriptionId}`;
  await tx`update ${tx(TABLES[level].table)} set uninstalled_at = now() where id = ${id}`;
  if (subscriptionId) await applyInstallationLimit(tx, subscriptionId, now);
}

/**
 * Restores an uninstalled module with all that it stored, under the present subscription and at today's price, if it could be installed now.
 * @throws ApiError `not_found`, `gone`, and what `install` throws
 */
export async function restore(tx: Tx, scope: InstallationScope, id: string, now: Date): Promise<void> {
  const [row] = await tx`
    select i.module_id, i.settings, i.uninstalled_at < now() - make_interval(days => ${RESTORABLE_DAYS}) as late from installations i
    where i.id = ${id} and ${isInScope(tx, scope)} and i.uninstalled_at is not null`;
  if (!row) throw missing();
  if (row.late) throw new ApiError("gone", `It was uninstalled more than ${RESTORABLE_DAYS} days ago. Install it again.`);
  const module = await findInstallable(tx, scope, row.module_id as string, now);
  checkSettings(module.manifest, row.settings as Record<string, unknown>);
  await countInstallation(tx, module);
  const { table, subscription } = TABLES[scope.level];
  // The pinned version may be killed by now; the current one is known to run.
  await tx`update ${tx(table)} set ${tx({
    uninstalled_at: null,
    // countInstallation has checked that the limit has room for it.
    limit_status: "within",
    pinned_version: null,
    [subscription]: module.subscription?.id ?? null,
    ...priceSnapshot(scope, module),
  } as never)} where id = ${id} and uninstalled_at is not null`;
  await dropAnnouncements(tx, id);
}
