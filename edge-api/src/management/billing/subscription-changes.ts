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
const PORTAL_STATUSES = ["active", "on_trial", "past_due", "unpaid", "paused", "cancelled", "expired"];

/** Changes of a paid subscription. The provider makes the change first, and its answer is applied here. */
export function subscriptionChangeOperations(services: BillingServices) {
  const { provider, settings } = services;
  const change = <Verb extends string>(
    verb: Verb,
    summary: string,
    statuses: readonly string[],
    work: (provider: BillingProvider, id: string) => Promise<ProviderSubscription>,
  ) =>
    externalOperation({
      id: `subscription.${verb}`,
      method: "POST",
      path: `${PATH}/${verb}` as `${typeof PATH}/change`,
      summary,
      minimumRole: "agency_admin",
      crossesTenants: true,
      answer: EntitlementSchema,
      run: ({ tx, agencyId, ids }) => paidSubscriptionId(tx, { agencyId, id: ids.subscriptionId, statuses, verb }),
      external: {
        send: (id: string) => callProvider(() => work(provider, id)),
        async complete({ tx, ids, record }, _id: string, resource: ProviderSubscription) {
          const now = new Date(services.clock());
          const cause = { kind: "operation", id: null, detail: `subscription.${verb}` } as const;
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
      "Cancels at the end of the paid period. Until then everything runs, and the cancellation can be taken back.",
      ["active", "on_trial", "past_due"],
      (by, id) => by.cancel(id, settings.mode),
    ),
    change("resume", "Takes a cancellation back while the paid period lasts.", ["cancelled"], (by, id) => by.resume(id, settings.mode)),
    externalOperation({
      id: "subscription.portal",
      method: "POST",
      path: `${PATH}/portal`,
      summary:
        "Links to the pages of the billing provider for this subscription: payment method, plan, invoices. They expire after some hours, so request them on each click.",
      minimumRole: "agency_admin",
      crossesTenants: true,
      answer: PortalLinksSchema,
      run: ({ tx, agencyId, ids }) => paidSubscriptionId(tx, { agencyId, id: ids.subscriptionId, statuses: PORTAL_STATUSES, verb: "manage" }),
      external: {
        send: (id: string) => callProvider(() => provider.portalLinks(id, settings.mode)),
        async complete({ ids, record }, _id: string, links) {
          record({ subject: "subscription", id: ids.subscriptionId, after: { portal: "shown" } });
          return links;
        },
      },
    }),
  ];
}

/** @returns the provider's id of a paid subscription @throws ApiError `not_found`, `conflict` */
async function paidSubscriptionId(
  tx: Tx,
  { agencyId, id, statuses, verb }: { agencyId: string; id: string; statuses: readonly string[]; verb: string },
): Promise<string> {
  const [row] = await tx`
    select status, provider, provider_subscription_id as "providerId" from agency_module_subscriptions where id = ${id} and agency_id = ${agencyId}`;
  if (!row) throw missing();
  if (row.provider === "manual") throw new ApiError("conflict", "The platform granted this subscription, so it is not paid. Ask the platform to change it.");
  if (row.providerId === null) throw new ApiError("conflict", `Nothing renews here, so there is nothing to ${verb}.`);
  if (!statuses.includes(row.status as string))
    throw new ApiError("conflict", `A subscription that is ${row.status as string} cannot be changed that way: ${verb}.`);
  return row.providerId as string;
}
