import { SubscriptionCompSchema, SubscriptionSchema } from "@dramac/contracts";
import { recordEntitlement } from "../../billing/effects/record-entitlement.ts";
import { linkInstallations } from "../../billing/effects/subscription-row.ts";
import { ApiError } from "../../http/api-error.ts";
import { operation } from "../operation.ts";
import { missing } from "../../services/missing.ts";
import { getSubscription } from "../subscriptions.ts";
import type { BillingServices } from "./billing-services.ts";

const PATH = "/api/admin/subscriptions/{subscriptionId}/grant";
const byOperation = (detail: string) => ({ kind: "operation", id: null, detail }) as const;

/** Comped subscriptions: an administrator lets them run without the billing provider, for a partner or for a payment by bank transfer. */
export const compOperations = ({ clock }: Pick<BillingServices, "clock">) => [
  operation({
    id: "subscription.grant",
    method: "POST",
    path: PATH,
    summary: "Lets a subscription run without the billing provider, until a given moment or until further notice.",
    minimumRole: "super_admin",
    body: SubscriptionCompSchema,
    answer: SubscriptionSchema,
    constraints: { agency_module_subs_live: ["conflict", "The agency has another subscription to this module that runs. Grant that one."] },
    async run({ tx, ids, body, record }) {
      const now = new Date(clock());
      if (body.until !== null && Date.parse(body.until) <= now.getTime()) {
        throw new ApiError("validation_failed", "The end of the grant lies in the past.", { faults: [{ path: "/until", message: "is in the past" }] });
      }
      const [before] = await tx`
        select status, agency_id, revoked_reason, provider_subscription_id as renews from agency_module_subscriptions where id = ${ids.subscriptionId} for update`;
      if (!before) throw missing();
      if (before.renews !== null && before.status !== "expired")
        throw new ApiError("conflict", "The provider renews this subscription and would overwrite a grant. End it at the provider first, then grant it.");
      // Earlier payments and refunds do not affect a grant.
      await tx`update agency_module_subscriptions set status = 'active', provider = 'manual', current_period_end = ${body.until}, ends_at = ${body.until},
        max_installations = ${body.maxInstallations}, provider_subscription_id = null, provider_order_id = null, revoked_reason = null, pause_mode = null,
        trial_ends_at = null, renews_at = null where id = ${ids.subscriptionId}`;
      await linkInstallations(tx, ids.subscriptionId, now);
      await recordEntitlement(tx, ids.subscriptionId, byOperation("subscription.grant"), now);
      const { status, agency_id: agencyId } = before as unknown as { status: string; agency_id: string };
      record({ subject: "subscription", id: ids.subscriptionId, agencyId, before: { status }, after: body, reason: body.reason });
      return getSubscription(tx, ids.subscriptionId);
    },
  }),
  operation({
    id: "subscription.end-grant",
    method: "DELETE",
    path: PATH,
    summary: "Ends a grant at once. The installations stay, and run again after a payment or another grant.",
    minimumRole: "super_admin",
    answer: SubscriptionSchema,
    async run({ tx, ids, record }) {
      const now = new Date(clock());
      const [before] = await tx`select status, agency_id, provider from agency_module_subscriptions where id = ${ids.subscriptionId} for update`;
      if (!before) throw missing();
      if (before.provider !== "manual") throw new ApiError("conflict", "This subscription was not granted. Cancel a paid subscription through billing.");
      if (before.status === "expired") throw new ApiError("conflict", "This grant has ended.");
      await tx`update agency_module_subscriptions set status = 'expired', ends_at = ${now}, current_period_end = ${now} where id = ${ids.subscriptionId}`;
      await recordEntitlement(tx, ids.subscriptionId, byOperation("subscription.end-grant"), now);
      const { status, agency_id: agencyId } = before as unknown as { status: string; agency_id: string };
      record({ subject: "subscription", id: ids.subscriptionId, agencyId, before: { status }, after: { status: "expired" } });
      return getSubscription(tx, ids.subscriptionId);
    },
  }),
];
