import { createHash } from "node:crypto";
import type { InstallationId } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";

/** The namespace of our name-based UUIDs (RFC 9562). Never change it: the ids of platform installations depend on it. */
const NAMESPACE = Buffer.from("8a5b0f2e6d2f4d1ab6a1c0a7d3e94f10", "hex");

/** The id of a platform-level module on a surface: a UUIDv5 of both ids, because these installations have no row. */
function platformInstallationId(moduleId: string, surfaceId: string): InstallationId {
  const bytes = createHash("sha1").update(NAMESPACE).update(`${moduleId}/${surfaceId}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-") as InstallationId;
}

/** Whether an id can belong to a platform installation: ids of stored installations are random (version 4). */
export const isPlatformInstallation = (id: InstallationId): boolean => id[14] === "5";

/** The platform-level modules that run on a surface, in the form of installation rows. */
export async function listPlatformInstallations(tx: Tx, surfaceKey: string): Promise<Record<string, unknown>[]> {
  const rows = await tx`
    select s.id as surface_id, s.agency_id, s.client_id, s.site_id, m.id as module_id, m.slug, m.name, v.version, v.package_hash, v.manifest
    from surfaces s cross join modules m join module_versions v on v.module_id = m.id and v.version = m.current_version
    where s.key = ${surfaceKey} and m.install_level = 'platform' and m.status in ('active', 'deprecated') and m.killed_at is null
      and v.status = 'published' and v.killed_at is null
      and not exists (select from platform_module_exclusions e where e.surface_id = s.id and e.module_id = m.id)
    order by m.created_at, m.id`;
  return rows.map((row) => ({
    ...row,
    id: platformInstallationId(row.module_id as string, row.surface_id as string),
    level: "platform",
    // No agency installed it: the platform, which published it, grants everything that it asks for.
    granted_permissions: (row.manifest as { permissions?: string[] }).permissions ?? [],
    grants_epoch: 0,
    settings: {},
    hook_placements: {},
    consent_override: null,
    is_free: true,
    limit_status: "within",
  }));
}
