import { BrokeredAnalyticsSchema } from "@dramac/contracts";
import type { Database } from "../db/database.ts";
import { parse } from "../http/api-error.ts";
import { toJson } from "../services/to-json.ts";
import { usageOverTime } from "../services/usage-reports.ts";
import type { Caller } from "../services/caller.ts";

/** Usage over time from the rollups: of the calling module, or of everything in the scope of its installation. */
export const createAnalyticsRead = (database: Database) =>
  function read({ installation, member }: Caller, data: unknown): Promise<unknown> {
    const { of, ...query } = parse(BrokeredAnalyticsSchema, data ?? {});
    const { id, agencyId } = installation;
    const [clientId, siteId] = [installation.clientId ?? member?.clientId ?? undefined, installation.siteId ?? member?.siteId ?? undefined];
    const scope = of === "module" ? { agencyId, installationId: id } : { agencyId, clientId, siteId };
    return database.withTenant(agencyId, async (tx) => toJson(await usageOverTime(tx, scope, query)));
  };
