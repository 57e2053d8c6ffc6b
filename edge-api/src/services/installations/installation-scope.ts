import type { InstallLevel } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";

/** A level's table, and how its columns are called. */
export const TABLES = {
  agency: { table: "agency_module_installations", subscription: "subscription_id" },
  client: { table: "client_module_installations", subscription: "agency_subscription_id" },
  site: { table: "site_module_installations", subscription: "agency_subscription_id" },
} as const;
export type TenantLevel = keyof typeof TABLES;

/** Where a level's routes begin. */
export const ROOTS = { agency: "/api/agencies/{agencyId}", client: "/api/clients/{clientId}", site: "/api/sites/{siteId}" } as const;

/** Where a module stands, or shall stand: one agency, client or site. */
export interface InstallationScope {
  readonly level: TenantLevel;
  readonly agencyId: string;
  readonly clientId: string | null;
  readonly siteId: string | null;
}

/** The columns that say where an installation stands, by its level. */
export const scopeColumns = ({ level, agencyId, clientId, siteId }: InstallationScope): Record<string, string> => ({
  agency_id: agencyId,
  ...(level !== "agency" && { client_id: clientId as string }),
  ...(level === "site" && { site_id: siteId as string }),
});

/** The condition that an installation `i` stands at a place. */
export const isInScope = (tx: Tx, { level, agencyId, clientId, siteId }: InstallationScope) => {
  if (level === "site") return tx`i.site_id = ${siteId}`;
  return level === "client" ? tx`i.client_id = ${clientId} and i.level = 'client'` : tx`i.agency_id = ${agencyId} and i.level = 'agency'`;
};

/** What a level is called in a sentence, with its route. */
export const LEVEL_LABELS: Readonly<Record<InstallLevel, string>> = {
  platform: "on the whole platform, without being installed",
  agency: "on an agency: POST /api/agencies/{agencyId}/installations",
  client: "on a client: POST /api/clients/{clientId}/installations",
  site: "on a site: POST /api/sites/{siteId}/installations",
};
