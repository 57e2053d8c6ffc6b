import { type InstallationId, type Manifest, ManifestSchema, type Permission } from "@dramac/contracts";
import { LRUCache } from "lru-cache";
import type { Database } from "../db/database.ts";

/** What the broker needs to know of one installation, whatever its level. */
export interface InstallationFacts {
  readonly id: InstallationId;
  readonly level: string;
  readonly agencyId: string;
  readonly clientId: string | null;
  readonly siteId: string | null;
  readonly moduleId: string;
  readonly slug: string;
  readonly version: string;
  readonly packageHash: string;
  readonly manifest: Manifest;
  readonly granted: readonly Permission[];
  readonly grantsEpoch: number;
  readonly settings: Record<string, unknown>;
  /** Whether it may run now. */
  readonly runs: boolean;
}

const MISSING_MS = 5_000;

/** Facts by id, kept until a notification says that something changed; that there are none is kept for five seconds at most. */
export function createInstallationFacts(database: Database) {
  const cache = new LRUCache<string, InstallationFacts>({ max: 5_000 });
  /** Ids come from anybody, too: the same made-up one does not reach the database again and again. */
  const missing = new LRUCache<string, true>({ max: 10_000, ttl: MISSING_MS });
  let epoch = 0;

  async function get(id: InstallationId): Promise<InstallationFacts | undefined> {
    const known = cache.get(id);
    if (known) return known;
    if (missing.has(id)) return undefined;
    const started = epoch;
    const [row] = await database.withPlatform(
      "installation look-up",
      (tx) => tx`
      select i.id, i.level, i.agency_id, i.client_id, i.site_id, i.module_id, i.granted_permissions, i.grants_epoch, i.settings,
        m.slug, v.version, v.package_hash, v.manifest,
        (i.is_enabled and i.limit_status <> 'suspended' and m.status in ('active', 'deprecated') and m.killed_at is null
          and v.status = 'published' and v.killed_at is null and a.status = 'active'
          and coalesce(c.status, 'active') = 'active' and coalesce(site.status, 'active') = 'active') as runs
      from installations i
        join agencies a on a.id = i.agency_id
        left join clients c on c.id = i.client_id
        left join sites site on site.id = i.site_id
        join modules m on m.id = i.module_id
        join module_versions v on v.module_id = m.id and v.version = coalesce(i.pinned_version, m.current_version)
      where i.id = ${id} and i.uninstalled_at is null`,
    );
    if (!row) {
      if (started === epoch) missing.set(id, true);
      return undefined;
    }
    const facts: InstallationFacts = {
      id,
      level: row.level as string,
      agencyId: row.agency_id as string,
      clientId: row.client_id as string | null,
      siteId: row.site_id as string | null,
      moduleId: row.module_id as string,
      slug: row.slug as string,
      version: row.version as string,
      packageHash: row.package_hash as string,
      manifest: ManifestSchema.parse(row.manifest),
      granted: row.granted_permissions as Permission[],
      grantsEpoch: row.grants_epoch as number,
      settings: row.settings as Record<string, unknown>,
      runs: row.runs as boolean,
    };
    if (started === epoch) cache.set(id, facts);
    return facts;
  }

  return {
    get,
    clear(): void {
      epoch++;
      cache.clear();
      missing.clear();
    },
  };
}

export type InstallationFactsCache = ReturnType<typeof createInstallationFacts>;
