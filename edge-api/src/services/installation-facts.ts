import { type Entitlement, type InstallationId, type InstallLevel, type Manifest, ManifestSchema, type Permission } from "@dramac/contracts";
import { LRUCache } from "lru-cache";
import type { Database, Tx } from "../db/database.ts";
import { entitle, entitlementColumns, entitlementFactsOf, joinSubscription } from "./entitlements.ts";
import { isPlatformInstallation, listPlatformInstallations } from "./platform-installations.ts";

/** What the broker needs to know about one installation of any level. */
export interface InstallationFacts {
  readonly id: InstallationId;
  readonly level: InstallLevel;
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
  /** Whether it may run now: it is switched on, and entitled. */
  readonly runs: boolean;
  readonly entitlement: Entitlement;
}

const MISSING_MS = 5_000;

/** Facts by id, cached until a notification says that something changed. A missing installation is cached for at most five seconds. */
export function createInstallationFacts(database: Database, clock: () => number) {
  const cache = new LRUCache<string, InstallationFacts>({ max: 5_000 });
  /** Anyone can send ids: a made-up id must not reach the database with each request. */
  const missing = new LRUCache<string, true>({ max: 10_000, ttl: MISSING_MS });
  let epoch = 0;

  async function readRow(tx: Tx, id: InstallationId): Promise<Record<string, unknown> | undefined> {
    const [row] = await tx`
      select i.id, i.level, i.agency_id, i.client_id, i.site_id, i.module_id, i.granted_permissions, i.grants_epoch, i.settings,
        m.slug, v.version, v.package_hash, v.manifest,
        (i.is_enabled and m.status in ('active', 'deprecated') and m.killed_at is null
          and v.status = 'published' and v.killed_at is null and a.status = 'active'
          and coalesce(c.status, 'active') = 'active' and coalesce(site.status, 'active') = 'active') as is_on, ${entitlementColumns(tx)}
      from installations i
        join agencies a on a.id = i.agency_id
        left join clients c on c.id = i.client_id
        left join sites site on site.id = i.site_id
        join modules m on m.id = i.module_id
        ${joinSubscription(tx)}
        join module_versions v on v.module_id = m.id and v.version = coalesce(i.pinned_version, m.current_version)
      where i.id = ${id} and i.uninstalled_at is null`;
    return row;
  }

  /** A platform installation has no row: its surface tells it. Whether the surface is suspended is in its plan. */
  async function readPlatformRow(tx: Tx, id: InstallationId, surface: string | undefined): Promise<Record<string, unknown> | undefined> {
    if (surface === undefined || !isPlatformInstallation(id)) return undefined;
    const row = (await listPlatformInstallations(tx, surface)).find((one) => one.id === id);
    return row && { ...row, is_on: true };
  }

  async function get(id: InstallationId, surface?: string): Promise<InstallationFacts | undefined> {
    const known = database.isListening() ? cache.get(id) : undefined;
    if (known && clock() < (known.entitlement.validUntil ?? Number.POSITIVE_INFINITY)) return known;
    const name = isPlatformInstallation(id) ? `${id}/${surface}` : id;
    if (missing.has(name)) return undefined;
    const started = epoch;
    const row = await database.withPlatform("installation look-up", async (tx) => (await readRow(tx, id)) ?? readPlatformRow(tx, id, surface));
    if (!row) {
      if (started === epoch) missing.set(name, true);
      return undefined;
    }
    const facts = factsOf(id, row, clock());
    if (started === epoch) cache.set(id, facts);
    return facts;
  }

  return {
    /** @param surface the surface that it runs on; needed for platform installations only */
    get,
    clear(): void {
      epoch++;
      cache.clear();
      missing.clear();
    },
  };
}

function factsOf(id: InstallationId, row: Record<string, unknown>, now: number): InstallationFacts {
  const entitlement = entitle(entitlementFactsOf(row), now);
  return {
    id,
    level: row.level as InstallLevel,
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
    runs: (row.is_on as boolean) && entitlement.isAllowed,
    entitlement,
  };
}

export type InstallationFactsCache = ReturnType<typeof createInstallationFacts>;
