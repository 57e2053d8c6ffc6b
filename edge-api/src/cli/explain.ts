import { EntitlementSchema, isUuid } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";
import { explainInstallation, explainSubscription } from "../management/billing/explain-entitlement.ts";
import { toJson } from "../services/to-json.ts";
import { CommandError, EXIT } from "./command-error.ts";
import { historyLine, sentenceOf } from "./format-explanation.ts";
import { type BillingCommand, openBilling } from "./open-billing.ts";

/** Finds the subscription (by our id or the provider's) or the installation with this id. */
async function find(tx: Tx, id: string): Promise<{ title: string; explained: Record<string, unknown> } | undefined> {
  const now = Date.now();
  const ours = isUuid(id) ? id : null;
  const [subscription] = await tx`
    select s.id, m.name as module, a.name as agency from agency_module_subscriptions s join modules m on m.id = s.module_id join agencies a on a.id = s.agency_id
    where s.id = ${ours} or s.provider_subscription_id = ${id}`;
  if (subscription)
    return {
      title: `Subscription of ${subscription.agency} to ${subscription.module}`,
      explained: await explainSubscription(tx, subscription.id as string, now),
    };
  const [installation] = await tx`
    select i.id, i.level, m.name as module, coalesce(site.name, c.name, a.name) as scope from installations i
      join modules m on m.id = i.module_id join agencies a on a.id = i.agency_id left join clients c on c.id = i.client_id left join sites site on site.id = i.site_id
    where i.id = ${ours} and i.uninstalled_at is null`;
  if (!installation) return undefined;
  return {
    title: `${installation.module} on the ${installation.level} ${installation.scope}`,
    explained: await explainInstallation(tx, installation.id as string, now),
  };
}

/** `billing explain`: prints the entitlement in one sentence, then its history. */
export function explain(command: BillingCommand, id: string): Promise<number> {
  const { screen } = command;
  return openBilling(command, "database", async ({ database }) => {
    const found = await database
      .withPlatform("billing explain", (tx) => find(tx, id))
      .catch((error: unknown) => {
        if (error instanceof ApiError) return undefined;
        throw error;
      });
    if (!found) throw new CommandError(`There is no subscription and no installation ${id}.`);
    const explained = EntitlementSchema.parse(toJson(found.explained));
    screen.print(`${found.title}: ${sentenceOf(explained)}`);
    for (const cause of explained.causes) screen.print(historyLine(cause));
    return EXIT.ok;
  });
}
