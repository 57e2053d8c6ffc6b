import { ModuleUsageSchema, pageOf, SiteUsageSchema, UsageQuerySchema, UsageRankingQuerySchema, UsageSchema } from "@dramac/contracts";
import type { UsageScope } from "../../services/usage-summary.ts";
import { type TenantLevel, isInScope } from "../../services/installations/installation-scope.ts";
import { installationScopeOf as installationScopeOf } from "../../services/installations/read.ts";
import { operation } from "../operation.ts";
import { missing } from "../../services/missing.ts";
import { usageBy, usageOverTime } from "../../services/usage-reports.ts";

/** For each level: its path, the role that may read, and the rows that belong to it. */
const LEVELS = {
  agency: { path: "/api/agencies/{agencyId}", minimumRole: "agency_member", rowsOf: (agencyId: string): UsageScope => ({ agencyId }) },
  client: {
    path: "/api/clients/{clientId}",
    minimumRole: "client_member",
    rowsOf: (agencyId: string, clientId?: string): UsageScope => ({ agencyId, clientId }),
  },
  site: {
    path: "/api/sites/{siteId}",
    minimumRole: "client_member",
    rowsOf: (agencyId: string, _?: string, siteId?: string): UsageScope => ({ agencyId, siteId }),
  },
} as const;

/** Usage of one level. Events are only counted, so the numbers never identify visitors. */
function operationsAt(level: TenantLevel) {
  const { path, minimumRole, rowsOf } = LEVELS[level];
  const own = (agencyId: string, ids: Readonly<Record<string, string>>) => rowsOf(agencyId, ids.clientId, ids.siteId);
  return [
    operation({
      id: `usage.of-${level}`,
      method: "GET",
      path: `${path}/usage` as `${typeof path}/usage`,
      summary: `Usage on this ${level}, by day or hour: loads, actions, errors, calls, error rate and load times.`,
      minimumRole,
      query: UsageQuerySchema,
      answer: UsageSchema,
      run: ({ tx, agencyId, ids, query }) => usageOverTime(tx, own(agencyId, ids), query),
    }),
    operation({
      id: `usage.of-${level}-by-module`,
      method: "GET",
      path: `${path}/usage/modules` as `${typeof path}/usage/modules`,
      summary: `Usage by module on this ${level}, the busiest first.`,
      minimumRole,
      query: UsageRankingQuerySchema,
      answer: pageOf(ModuleUsageSchema),
      run: ({ tx, agencyId, ids, query }) => usageBy(tx, "module", own(agencyId, ids), query),
    }),
    operation({
      id: `${level}.installation.usage`,
      method: "GET",
      path: `${path}/installations/{installationId}/usage` as `${typeof path}/installations/{installationId}/usage`,
      summary: "Usage of this installation, by day or hour.",
      minimumRole,
      query: UsageQuerySchema,
      answer: UsageSchema,
      async run({ tx, agencyId, ids, query }) {
        const { installationId } = ids;
        const [found] =
          await tx`select from installations i where i.id = ${installationId} and ${isInScope(tx, await installationScopeOf(tx, level, agencyId, ids))}`;
        if (!found) throw missing();
        return usageOverTime(tx, { agencyId, installationId }, query);
      },
    }),
  ];
}

function bySite(level: "agency" | "client") {
  const { path, minimumRole, rowsOf } = LEVELS[level];
  return operation({
    id: `usage.of-${level}-by-site`,
    method: "GET",
    path: `${path}/usage/sites` as `${typeof path}/usage/sites`,
    summary: `Usage by site of this ${level}, the busiest first.`,
    minimumRole,
    query: UsageRankingQuerySchema,
    answer: pageOf(SiteUsageSchema),
    run: ({ tx, agencyId, ids, query }) => usageBy(tx, "site", rowsOf(agencyId, (ids as { clientId?: string }).clientId), query),
  });
}

/** Usage of modules, read from the rollups only. */
export const usageOperations = [
  ...operationsAt("agency"),
  bySite("agency"),
  ...operationsAt("client"),
  bySite("client"),
  ...operationsAt("site"),
  operation({
    id: "usage.by-module",
    method: "GET",
    path: "/api/admin/usage/modules",
    summary: "Usage by module on the whole platform, the busiest first.",
    minimumRole: "super_admin",
    query: UsageRankingQuerySchema,
    answer: pageOf(ModuleUsageSchema),
    run: ({ tx, query }) => usageBy(tx, "module", {}, query),
  }),
  operation({
    id: "module.usage",
    method: "GET",
    path: "/api/admin/modules/{moduleId}/usage",
    summary: "Usage of a module on the whole platform, by day or hour.",
    minimumRole: "super_admin",
    query: UsageQuerySchema,
    answer: UsageSchema,
    async run({ tx, ids, query }) {
      const [found] = await tx`select from modules where id = ${ids.moduleId}`;
      if (!found) throw missing();
      return usageOverTime(tx, { moduleId: ids.moduleId }, query);
    },
  }),
];
