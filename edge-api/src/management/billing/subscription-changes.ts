import { EntitlementSchema, PortalLinksSchema } from "@dramac/contracts";
import { applySnapshot } from "../../billing/effects/apply-snapshot.ts";
import type { BillingProvider, ProviderSubscription } from "../../billing/provider.ts";
import type { Tx } from "../../db/database.ts";
import { ApiError } from "../../http/api-error.ts";
import { externalOperation } from "../operation.ts";
import { missing } from "../../services/missing.ts";
import { explainSubscription } from "./explain-entitlement.ts";
import { callProvider } from "./call-provider.ts";
import type { BillingServices } from "./billing-services.ts";

const PATH = "/api/agencies/{agencyId}/subscriptions/{subscriptionId}";

/** What an agency does with a subscription that it pays for. The provider is asked first; what it answers is what stands here. */
export function subscriptionChangeOperations(services: BillingServices) {
  const { provider, settings } = services;
  const change = <Word extends string>(
    word: Word,
    summary: string,
    statuses: readonly string[],
    work: (provider: BillingProvider, id: string) => Promise<ProviderSubscription>,
  ) =>
    externalOperation({
      id: `subscription.${word}`,
      method: "POST",
      path: `${PATH}/${word}` as `${typeof PATH}/change`,
      summary,
      minimumRole: "agency_admin",
      crossesTenants: true,
      answer: EntitlementSchema,
      run: ({ tx, agencyId, ids }) => paidFor(tx, agencyId, ids.subscriptionId, statuses, word),
      outside: {
        send: (id: string) => callProvider(() => work(provider, id)),
        async complete({ tx, ids, record }, _id: string, resource: ProviderSubscription) {
          const now = new Date(services.clock());
          const cause = { kind: "operation", id: null, detail: `subscription.${word}` } as const;
          await applySnapshot(
            { tx, provider: provider.name, mode: settings.mode, cause, now, alert: () => undefined },
            { kind: "subscription", resource },
            { isFetched: true },
          );
          record({ subject: "subscription", id: ids.subscriptionId, after: { status: resource.status, endsAt: resource.endsAt } });
          return explainSubscription(tx, ids.subscriptionId, now.getTime());
        },
      },
    });

  return [
    change(
      "cancel",
      "Cancels at the end of the period that is paid for; until then everything runs, and it can be taken back.",
      ["active", "on_trial", "past_due"],
      (by, id) => by.cancel(id, settings.mode),
    ),
    change("resume", "Takes a cancellation back while the period lasts.", ["cancelled"], (by, id) => by.resume(id, settings.mode)),
    externalOperation({
      id: "subscription.portal",
      method: "POST",
      path: `${PATH}/portal`,
      summary: "Pages of the billing provider for this subscription: payment method, plan, invoices. Signed for some hours; ask for them when somebody clicks.",
      minimumRole: "agency_admin",
      crossesTenants: true,
      answer: PortalLinksSchema,
      run: ({ tx, agencyId, ids }) =>
        paidFor(tx, agencyId, ids.subscriptionId, ["active", "on_trial", "past_due", "unpaid", "paused", "cancelled", "expired"], "manage"),
      outside: {
        send: (id: string) => callProvider(() => provider.portalLinks(id, settings.mode)),
        async complete({ ids, record }, _id: string, links) {
          record({ subject: "subscription", id: ids.subscriptionId, after: { portal: "shown" } });
          return links;
        },
      },
    }),
  ];
}

/** The provider's name for a subscription that somebody pays for. @throws ApiError `not_found`, `conflict` */
async function paidFor(tx: Tx, agencyId: string, id: string, statuses: readonly string[], word: string): Promise<string> {
  const [row] = await tx`
    select status, provider, lemon_subscription_id as "providerId" from agency_module_subscriptions where id = ${id} and agency_id = ${agencyId}`;
  if (!row) throw missing();
  if (row.provider === "manual") throw new ApiError("conflict", "The platform granted this subscription; nobody pays for it. Ask the platform to change it.");
  if (row.providerId === null) throw new ApiError("conflict", `Nothing renews here, so there is nothing to ${word}.`);
  if (!statuses.includes(row.status as string))
    throw new ApiError("conflict", `A subscription that is ${row.status as string} cannot be changed that way: ${word}.`);
  return row.providerId as string;
}
