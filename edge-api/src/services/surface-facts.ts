import {
  type InstallationId,
  type Manifest,
  ManifestSchema,
  type Permission,
  type PlannedModule,
  type SurfaceKind,
  type Theme,
  ThemeSchema,
} from "@dramac/contracts";
import { LRUCache } from "lru-cache";
import type { Database } from "../db/database.ts";

/** What is known of one surface and of everything that may run on it. */
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
  readonly moduleId: string;
  readonly slug: string;
  readonly name: string;
  readonly version: string;
  readonly state: PlannedModule["state"];
  readonly packageHash: string;
  readonly manifest: Manifest;
  readonly granted: readonly Permission[];
  readonly grantsEpoch: number;
  readonly settings: Record<string, unknown>;
  readonly hooks: readonly string[];
  readonly consent: string | null;
  readonly paths: readonly string[];
}

/** Reads a surface with its live, enabled installations in one transaction; `undefined` for an unknown key. */
export function loadSurface(database: Database, key: string): Promise<SurfaceFacts | undefined> {
  return database.withPlatform("plan look-up", async (tx) => {
    const [surface] = await tx`
      select s.key, s.kind, s.agency_id, s.client_id, s.site_id, s.origins, s.preview_origins, s.locale, s.theme, a.currency,
        case when s.status = 'active' and a.status = 'active' and coalesce(site.status, 'active') = 'active' and coalesce(c.status, 'active') = 'active' then 'active' else 'suspended' end as status
      from surfaces s join agencies a on a.id = s.agency_id left join sites site on site.id = s.site_id left join clients c on c.id = s.client_id
      where s.key = ${key}`;
    if (!surface) return undefined;
    const rows = await tx`
      select i.id, i.module_id, m.slug, m.name, v.version, v.package_hash, v.manifest, i.granted_permissions, i.grants_epoch, i.settings,
        i.hook_placements, i.consent_override, i.limit_status
      from site_module_installations i
        join modules m on m.id = i.module_id
        join module_versions v on v.module_id = m.id and v.version = coalesce(i.pinned_version, m.current_version)
      where i.site_id = ${surface.site_id as string | null} and i.is_enabled and i.uninstalled_at is null
        and m.status in ('active', 'deprecated') and m.killed_at is null and v.status = 'published' and v.killed_at is null
      order by i.installed_at, i.id`;
    return {
      key: surface.key as string,
      kind: surface.kind as SurfaceKind,
      status: surface.status as SurfaceFacts["status"],
      agencyId: surface.agency_id as string,
      clientId: surface.client_id as string | null,
      siteId: surface.site_id as string | null,
      origins: surface.origins as string[],
      previewOrigins: surface.preview_origins as string[],
      locale: surface.locale as string,
      currency: surface.currency as string,
      theme: ThemeSchema.parse(surface.theme),
      installations: rows.map(plannedInstallation),
    };
  });
}

function plannedInstallation(row: Record<string, unknown>): PlannedInstallation {
  const manifest = parsedManifest(row);
  const placements = row.hook_placements as { hooks?: string[]; paths?: string[] };
  return {
    id: row.id as InstallationId,
    moduleId: row.module_id as string,
    slug: row.slug as string,
    name: row.name as string,
    version: row.version as string,
    state: row.limit_status === "within" ? "active" : row.limit_status === "over_limit" ? "over_limit" : "suspended",
    packageHash: row.package_hash as string,
    manifest,
    granted: row.granted_permissions as Permission[],
    grantsEpoch: row.grants_epoch as number,
    settings: row.settings as Record<string, unknown>,
    hooks: placements.hooks ?? manifest.hooks,
    consent: row.consent_override as string | null,
    paths: placements.paths ?? [],
  };
}

const manifests = new LRUCache<string, Manifest>({ max: 500 });

/** A published version never changes, so all sites that run it share one manifest: parsed once, and held once. */
function parsedManifest({ module_id, version, manifest }: Record<string, unknown>): Manifest {
  const key = `${module_id}/${version}`;
  const known = manifests.get(key) ?? ManifestSchema.parse(manifest);
  manifests.set(key, known);
  return known;
}
