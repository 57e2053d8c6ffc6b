import type { InstallLevel } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";

/** The table of each level, and the name of its subscription column. */
export const TABLES = {
  agency: { table: "agency_module_installations", subscription: "subscription_id" },
  client: { table: "client_module_installations", subscription: "agency_subscription_id" },
  site: { table: "site_module_installations", subscription: "agency_subscription_id" },
} as const;
export type TenantLevel = keyof typeof TABLES;

/** The first part of each level's routes. */
export const ROOTS = { agency: "/api/agencies/{agencyId}", client: "/api/clients/{clientId}", site: "/api/sites/{siteId}" } as const;

/** What an installation belongs to: an agency, a client or a site. */
export interface InstallationScope {
  readonly level: TenantLevel;
  readonly agencyId: string;
  readonly clientId: string | null;
  readonly siteId: string | null;
}

/** The columns of an installation's scope. */
export const scopeColumns = ({ level, agencyId, clientId, siteId }: InstallationScope): Record<string, string> => ({
  agency_id: agencyId,
  ...(level !== "agency" && { client_id: clientId as string }),
  ...(level === "site" && { site_id: siteId as string }),
});

/** The condition that an installation `i` belongs to a scope. */
export const isInScope = (tx: Tx, { level, agencyId, clientId, siteId }: InstallationScope) => {
  if (level === "site") return tx`i.site_id = ${siteId}`;
  return level === "client" ? tx`i.client_id = ${clientId} and i.level = 'client'` : tx`i.agency_id = ${agencyId} and i.level = 'agency'`;
};

/** Each level in a sentence, with its route. */
export const LEVEL_LABELS: Readonly<Record<InstallLevel, string>> = {
  platform: "on the whole platform, without being installed",
  agency: "on an agency: POST /api/agencies/{agencyId}/installations",
  client: "on a client: POST /api/clients/{clientId}/installations",
  site: "on a site: POST /api/sites/{siteId}/installations",
};
