import { PriceMoveSchema } from "@dramac/contracts";
import { announceMove } from "../../services/announce-prices.ts";
import { operation } from "../operation.ts";
import { missing } from "../../services/missing.ts";
import { ROOTS, isInScope, type TenantLevel } from "../../services/installations/installation-scope.ts";
import { installationScopeOf } from "../../services/installations/read.ts";

/** Moves one installation to the current price, at each level. */
export const priceMoveOperations = (["agency", "client", "site"] as const).map((level: TenantLevel) =>
  operation({
    id: `${level}.installation.move-price`,
    method: "POST",
    path: `${ROOTS[level]}/installations/{installationId}/price-move` as `${(typeof ROOTS)[TenantLevel]}/installations/{installationId}/price-move`,
    summary: "Moves the installation to the current price, after 30 days' notice.",
    minimumRole: "agency_admin",
    answer: PriceMoveSchema,
    async run({ tx, agencyId, ids, record }) {
      const [row] = await tx`
        select i.agency_subscription_id as "subscriptionId" from installations i
        where i.id = ${ids.installationId} and ${isInScope(tx, await installationScopeOf(tx, level, agencyId, ids))} and i.uninstalled_at is null`;
      if (!row) throw missing();
      const { subscriptionId } = row as unknown as { subscriptionId: string | null };
      await tx`select from agency_module_subscriptions where id = ${subscriptionId} for update`;
      const after =
        subscriptionId === null
          ? { announced: 0, effectiveAt: null }
          : await announceMove(tx, { subscriptionId, installation: { level, id: ids.installationId } });
      record({ subject: "installation", id: ids.installationId, after });
      return after;
    },
  }),
);
