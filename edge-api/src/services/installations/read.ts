import type { Manifest } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { omitWriteOnly } from "../omit-write-only.ts";
import type { PageQuery } from "@dramac/contracts";
import { cursorKey, pageFrom, pageStart } from "../keyset-page.ts";
import { missing } from "../missing.ts";
import { type InstallationScope, isInScope, type TenantLevel } from "./installation-scope.ts";

type Row = Record<string, unknown>;

const columns = (tx: Tx) => tx`
  i.id, i.level, i.agency_id as "agencyId", i.client_id as "clientId", i.site_id as "siteId", i.module_id as "moduleId", m.slug as "moduleSlug",
  m.name as "moduleName", coalesce(i.pinned_version, m.current_version) as version, i.pinned_version as "pinnedVersion", i.is_enabled as enabled,
  i.limit_status as "limitStatus", i.settings, i.revision, i.granted_permissions as "grantedPermissions", i.installed_at as "installedAt",
  case when i.price_paid is not null and i.price_version is not null then
    jsonb_build_object('amount', i.price_paid, 'currency', i.price_currency, 'billingCycle', i.billing_cycle, 'version', i.price_version) end as price,
  i.updated_at as "updatedAt", i.uninstalled_at as "uninstalledAt", v.manifest,
  ${schemasOf(tx)} as schemas`;
/** The settings' schemas of all versions, because a setting that one version marks as secret stays secret. */
export const schemasOf = (tx: Tx) =>
  tx`(select jsonb_agg(distinct every.manifest -> 'settingsSchema') from module_versions every where every.module_id = m.id)`;
const joined = (tx: Tx) => tx`
  installations i join modules m on m.id = i.module_id
  join module_versions v on v.module_id = m.id and v.version = coalesce(i.pinned_version, m.current_version)`;

/** The public form of an installation: without write-only settings, with the permissions that it asks for and does not have. */
function show({ manifest: json, schemas, ...row }: Row): Row {
  const manifest = json as Manifest;
  const granted = row.grantedPermissions as string[];
  return {
    ...row,
    settings: omitWriteOnly(row.settings, schemas as unknown[]),
    missingPermissions: manifest.permissions.filter((permission) => !granted.includes(permission)),
  };
}

/** The scope that a path names. The caller has checked that it exists. */
export async function installationScopeOf(tx: Tx, level: TenantLevel, agencyId: string, ids: Readonly<Record<string, string>>): Promise<InstallationScope> {
  const { clientId = null, siteId = null } = ids;
  if (level !== "site") return { level, agencyId, clientId, siteId };
  const [site] = await tx`select client_id from sites where id = ${siteId}`;
  return { level, agencyId, clientId: site?.client_id as string, siteId };
}

/** @throws ApiError `not_found`, also for an installation in another scope */
export async function readInstallation(tx: Tx, scope: InstallationScope, id: string): Promise<Row> {
  const [row] = await tx`select ${columns(tx)} from ${joined(tx)} where i.id = ${id} and ${isInScope(tx, scope)}`;
  if (!row) throw missing();
  return show(row);
}

export async function listInstallations(tx: Tx, scope: InstallationScope, query: PageQuery & { state: "installed" | "uninstalled" }) {
  const rows = await tx`
    select ${columns(tx)}, ${cursorKey(tx, "i.installed_at")} from ${joined(tx)}
    where ${isInScope(tx, scope)} and ${query.state === "installed" ? tx`i.uninstalled_at is null` : tx`i.uninstalled_at is not null`}
      and (i.installed_at, i.id) < ${pageStart(tx, query)} order by i.installed_at desc, i.id desc limit ${query.limit + 1}`;
  const page = pageFrom(rows, query);
  return { ...page, items: page.items.map(show) };
}
