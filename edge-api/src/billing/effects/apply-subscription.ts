import { isTaken, type SubscriptionStatus } from "@dramac/contracts";
import { bindResource, readMirrored } from "../provider-mirror.ts";
import type { ProviderSubscription } from "../provider.ts";
import { addPendingAction, type EffectContext, type Outcome } from "./effect-context.ts";
import { linkInstallations, lockSubscriptionRow } from "./subscription-row.ts";
import { updateRevocation } from "./update-revocation.ts";

/** Applies a provider subscription whose order the mirror holds: our subscription takes its status and dates. */
export async function applySubscription(context: EffectContext, given: ProviderSubscription): Promise<Outcome> {
  const { tx, provider, mode, alert } = context;
  const order = await readMirrored(tx, { provider, mode, kind: "order", id: given.orderId });
  const [intent] = order?.intentId ? await tx`select status, order_id, price_version, amount from checkout_intents where id = ${order.intentId}` : [];
  if (!order?.subscriptionId || !order.agencyId || intent?.status !== "paid" || intent.order_id !== given.orderId) {
    alert("BILLING_SUBSCRIPTION_UNMATCHED", `Subscription ${given.id} belongs to order ${given.orderId}, which granted nothing.`);
    // Its order is refunded, so it must not be charged again.
    const isSecond = intent?.status === "paid" && intent.order_id !== given.orderId;
    if (intent?.status === "late" || isSecond) {
      const reason = "Another payment had begun this subscription already.";
      await addPendingAction(context, { action: "cancel_subscription", resourceId: given.id, reason });
    }
    return `Order ${given.orderId} granted nothing, so this does not either.`;
  }
  const { intentId, agencyId, subscriptionId } = order;
  await bindResource(tx, { provider, mode, kind: "subscription", id: given.id }, { intentId, agencyId, subscriptionId });
  const row = await lockSubscriptionRow(tx, subscriptionId);
  if (row.providerId !== given.id && (row.orderId !== given.orderId || (row.providerId !== null && isTaken(row.facts, context.now.getTime())))) {
    if (row.orderId === given.orderId) alert("BILLING_SUBSCRIPTION_TWICE", `Order ${given.orderId} has subscriptions ${row.providerId} and ${given.id}.`);
    return "It was followed by a newer one.";
  }
  if (given.status === "unknown") {
    alert("BILLING_STATUS_UNKNOWN", `Subscription ${given.id} has a status that this release does not know. The last decision stays in force.`);
    return "Its status is unknown: the last decision stays in force.";
  }
  const status: SubscriptionStatus = given.status;
  await tx`update agency_module_subscriptions set ${tx({
    provider,
    status,
    provider_subscription_id: given.id,
    provider_customer_id: given.customerId,
    provider_variant_id: given.variantId,
    pause_mode: given.pause?.mode ?? null,
    trial_ends_at: given.trialEndsAt,
    renews_at: given.renewsAt,
    ends_at: given.endsAt,
    current_period_end: given.endsAt ?? given.renewsAt,
    cancel_at_period_end: status === "cancelled",
    provider_updated_at: given.updatedAt,
    ...(status !== row.status && { status_since: given.updatedAt }),
  } as never)} where id = ${row.id}`;
  if (row.status === "pending" || row.status === "expired") {
    await tx`update agency_module_subscriptions set price_version = ${intent.price_version as number}, price_wholesale = ${intent.amount as bigint} where id = ${row.id}`;
  }
  await linkInstallations(tx, row.id, context.now);
  await updateRevocation(context, row.id);
  return `It is ${given.status}.`;
}
