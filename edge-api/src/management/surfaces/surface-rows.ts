import type { Tx } from "../../db/database.ts";
import { missing } from "../../services/missing.ts";

export const ROOTS = { agency: "/api/agencies/{agencyId}", client: "/api/clients/{clientId}", site: "/api/sites/{siteId}" } as const;
export type Level = keyof typeof ROOTS;
export type Ids = Readonly<Record<string, string>>;

export const columns = (tx: Tx) => tx`
  id, key, kind, agency_id as "agencyId", client_id as "clientId", site_id as "siteId", name, origins, preview_origins as "previewOrigins", status, locale,
  created_at as "createdAt", updated_at as "updatedAt"`;

/** The surfaces of exactly this agency, client or site, not those below it. */
export function belongsTo(tx: Tx, level: Level, ids: Ids) {
  if (level === "site") return tx`site_id = ${ids.siteId ?? null}`;
  if (level === "client") return tx`client_id = ${ids.clientId ?? null} and kind = 'portal'`;
  return tx`agency_id = ${ids.agencyId ?? null} and kind in ('agency', 'dashboard')`;
}

/** @throws ApiError `not_found`, also for a surface of another agency, client or site */
export async function readSurface(tx: Tx, level: Level, ids: Ids, id: string) {
  const [row] = await tx`select ${columns(tx)} from surfaces where id = ${id} and ${belongsTo(tx, level, ids)}`;
  if (!row) throw missing();
  return row;
}
