import {
  type InstallationId,
  type InstallLevel,
  type Manifest,
  entryPointFor,
  type Hook,
  ManifestSchema,
  type Permission,
  type SurfaceKind,
  surfaceOfHook,
  type Theme,
  ThemeSchema,
} from "@dramac/contracts";
import { LRUCache } from "lru-cache";
import type { Database, Tx } from "../db/database.ts";
import { entitlementColumns, type EntitlementFacts, entitlementFactsOf, joinSubscription } from "./entitlements.ts";
import { listPlatformInstallations } from "./platform-installations.ts";

/** One surface with the installations that may run on it. */
export interface SurfaceFacts {
  readonly key: string;
  readonly kind: SurfaceKind;
  readonly status: "active" | "suspended";
  readonly agencyId: string;
  readonly clientId: string | null;
  readonly siteId: string | null;
  readonly origins: readonly string[];
  readonly previewOrigins: readonly string[];
  readonly locale: string;
  readonly currency: string;
  readonly theme: Theme;
  readonly installations: readonly PlannedInstallation[];
}

export interface PlannedInstallation {
  readonly id: InstallationId;
  readonly level: InstallLevel;
  readonly clientId: string | null;
  readonly siteId: string | null;
  readonly moduleId: string;
  readonly slug: string;
  readonly name: string;
  readonly version: string;
  readonly entitledBy: EntitlementFacts;
  readonly packageHash: string;
  readonly manifest: Manifest;
  readonly granted: readonly Permission[];
  readonly grantsEpoch: number;
  readonly settings: Record<string, unknown>;
  /** The hooks that it is shown on; `null` where the page's author places it. */
  readonly hooks: readonly (Hook | null)[];
  readonly consent: string | null;
  readonly paths: readonly string[];
}

/** The client, and the site if any, that a member's page is about. */
export interface MemberScope {
  readonly clientId: string | null;
  readonly siteId: string | null;
}

/**
 * Reads a surface with its live, enabled installations in one transaction; `undefined` for an unknown key.
 * @param scope of a member's page; without it, members' surfaces show no installations
 */
export function loadSurface(database: Database, key: string, scope?: MemberScope): Promise<SurfaceFacts | undefined> {
  return database.withPlatform("plan look-up", async (tx) => {
    const [surface] = await tx`
      select s.key, s.kind, s.agency_id, s.client_id, s.site_id, s.origins, s.preview_origins, s.locale, s.theme, a.currency,
        case when s.status = 'active' and a.status = 'active' and coalesce(site.status, 'active') = 'active' and coalesce(c.status, 'active') = 'active' then 'active' else 'suspended' end as status
      from surfaces s join agencies a on a.id = s.agency_id left join sites site on site.id = s.site_id left join clients c on c.id = s.client_id
      where s.key = ${key}`;
    if (!surface) return undefined;
    const kind = surface.kind as SurfaceKind;
    const shown = shownOn(tx, surface, scope);
    const rows = shown
      ? await tx`
      select i.id, i.level, i.client_id, i.site_id, i.module_id, m.slug, m.name, v.version, v.package_hash, v.manifest, i.granted_permissions, i.grants_epoch, i.settings,
        i.hook_placements, i.consent_override, ${entitlementColumns(tx)}
      from installations i
        join modules m on m.id = i.module_id
        ${joinSubscription(tx)}
        join module_versions v on v.module_id = m.id and v.version = coalesce(i.pinned_version, m.current_version)
      where ${shown} and i.is_enabled and i.uninstalled_at is null
        and m.status in ('active', 'deprecated') and m.killed_at is null and v.status = 'published' and v.killed_at is null
      order by i.installed_at, i.id`
      : [];
    const everywhere = shown ? await listPlatformInstallations(tx, key) : [];
    return {
      key: surface.key as string,
      kind,
      status: surface.status as SurfaceFacts["status"],
      agencyId: surface.agency_id as string,
      clientId: surface.client_id as string | null,
      siteId: surface.site_id as string | null,
      origins: surface.origins as string[],
      previewOrigins: surface.preview_origins as string[],
      locale: surface.locale as string,
      currency: surface.currency as string,
      theme: ThemeSchema.parse(surface.theme),
      installations: [...everywhere, ...rows].map((row) => plannedInstallation(row, kind)).filter(({ hooks }) => hooks.length > 0),
    };
  });
}

/** The condition for the installations that a surface shows; members' surfaces show those of the page's scope. */
function shownOn(tx: Tx, surface: Record<string, unknown>, scope: MemberScope | undefined) {
  const [agency, client, site] = [surface.agency_id as string, surface.client_id as string, surface.site_id as string];
  if (surface.kind === "site") return tx`i.level = 'site' and i.site_id = ${site}`;
  if (!scope) return undefined;
  const inScope = tx`(i.level = 'site' and i.client_id = ${scope.clientId} and i.site_id = ${scope.siteId})`;
  switch (surface.kind as SurfaceKind) {
    case "portal":
      // A page without a site shows the installations of all sites of the client.
      return tx`i.agency_id = ${agency} and i.client_id = ${client} and (i.level = 'client' or (i.level = 'site' and i.site_id = coalesce(${scope.siteId}, i.site_id)))`;
    case "dashboard":
      return tx`i.agency_id = ${agency} and (i.level = 'agency' or (i.level = 'client' and i.client_id = ${scope.clientId}) or ${inScope})`;
    default:
      return tx`i.agency_id = ${agency} and i.level = 'agency'`;
  }
}

/** The hooks of an installation on a kind of surface; without any, `null` when it can be placed by the page's author. */
function hooksOn(kind: SurfaceKind, hooks: readonly string[], manifest: Manifest): (Hook | null)[] {
  const own = (hooks as readonly Hook[]).filter((hook) => surfaceOfHook(hook) === kind);
  if (own.length) return own;
  return entryPointFor(manifest, kind, null) ? [null] : [];
}

function plannedInstallation(row: Record<string, unknown>, kind: SurfaceKind): PlannedInstallation {
  const manifest = parsedManifest(row);
  const placements = row.hook_placements as { hooks?: string[]; paths?: string[] };
  return {
    id: row.id as InstallationId,
    level: row.level as InstallLevel,
    clientId: row.client_id as string | null,
    siteId: row.site_id as string | null,
    moduleId: row.module_id as string,
    slug: row.slug as string,
    name: row.name as string,
    version: row.version as string,
    entitledBy: entitlementFactsOf(row),
    packageHash: row.package_hash as string,
    manifest,
    granted: row.granted_permissions as Permission[],
    grantsEpoch: row.grants_epoch as number,
    settings: row.settings as Record<string, unknown>,
    hooks: hooksOn(kind, placements.hooks ?? manifest.hooks, manifest),
    consent: row.consent_override as string | null,
    paths: placements.paths ?? [],
  };
}

const manifests = new LRUCache<string, Manifest>({ max: 500 });

/** A published version never changes, so all installations of it share one parsed manifest. */
function parsedManifest({ module_id, version, manifest }: Record<string, unknown>): Manifest {
  const key = `${module_id}/${version}`;
  const known = manifests.get(key) ?? ManifestSchema.parse(manifest);
  manifests.set(key, known);
  return known;
}
