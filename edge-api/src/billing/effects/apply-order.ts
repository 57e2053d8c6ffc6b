import { isTaken } from "@dramac/contracts";
import { bindResource, type ResourceKey } from "../provider-mirror.ts";
import type { ProviderOrder } from "../provider.ts";
import { type CheckoutIntent, disagreements, findIntent, updateIntent } from "./checkout-intents.ts";
import { addPendingAction, type EffectContext, type Outcome } from "./effect-context.ts";
import { postToLedger } from "./post-to-ledger.ts";
import { linkInstallations, lockSubscriptionRow, type SubscriptionRow } from "./subscription-row.ts";
import { updateRevocation } from "./update-revocation.ts";

const PAID_STATUSES: readonly ProviderOrder["status"][] = ["paid", "partial_refund", "refunded"];

/** Applies an order: its checkout becomes paid, and what is paid once begins to run. */
export async function applyOrder(context: EffectContext, order: ProviderOrder, intentId: string | undefined): Promise<Outcome> {
  const { tx, provider, mode, alert } = context;
  const intent = await findIntent(tx, order, intentId);
  if (!intent) {
    alert("BILLING_ORDER_UNMATCHED", `Order ${order.id} comes from no checkout of ours.`);
    return "It comes from no checkout of ours: nothing follows.";
  }
  const row = await lockSubscriptionRow(tx, intent.subscriptionId);
  const key: ResourceKey = { provider, mode, kind: "order", id: order.id };
  await bindResource(tx, key, { intentId: intent.id, agencyId: intent.agencyId, subscriptionId: row.id });
  // The ledger records the payment even if it is refused below.
  await postToLedger(context, order, { agencyId: row.agencyId, moduleId: row.moduleId, subscriptionId: row.id });
  const refusal = await refuseIfNotAsAgreed(context, intent, order);
  if (refusal) return refusal;
  if (intent.orderId === null && PAID_STATUSES.includes(order.status)) {
    if (isTaken(row.facts, context.now.getTime()) && row.orderId !== order.id)
      return refundLatePayment(context, intent, order, "Another payment had begun this subscription already.");
    await updateIntent(tx, intent.id, { status: "paid", orderId: order.id });
    await beginSubscription(context, row, intent, order);
  }
  await updateRevocation(context, row.id);
  return `Checkout ${intent.id} is ${order.status}.`;
}

/** An order that differs from what was agreed grants nothing, even if the buyer's delivery names a checkout of ours. */
async function refuseIfNotAsAgreed(context: EffectContext, intent: CheckoutIntent, order: ProviderOrder): Promise<Outcome | undefined> {
  if (intent.orderId === order.id) return undefined;
  if (intent.orderId !== null) return refundLatePayment(context, intent, order, `Checkout ${intent.id} was paid by order ${intent.orderId} already.`);
  const wrong = disagreements(intent, order);
  if (!wrong.length) return undefined;
  const reason = `Order ${order.id} does not agree with checkout ${intent.id}: ${wrong.join(", ")}.`;
  await updateIntent(context.tx, intent.id, { status: "mismatched", reason });
  context.alert("BILLING_ORDER_MISMATCHED", reason);
  return `${reason} Nothing is granted.`;
}

async function refundLatePayment(context: EffectContext, intent: CheckoutIntent, order: ProviderOrder, reason: string): Promise<Outcome> {
  if (intent.orderId === null) await updateIntent(context.tx, intent.id, { status: "late", reason });
  if (order.refunded < order.total) await addPendingAction(context, { action: "refund_order", resourceId: order.id, reason });
  context.alert("BILLING_PAID_TWICE", `${reason} Order ${order.id} is refunded.`);
  return `${reason} It is given back.`;
}

/** Puts the order's facts on the subscription row. What is paid once runs from here; what renews runs once its provider subscription is applied. */
async function beginSubscription(context: EffectContext, row: SubscriptionRow, intent: CheckoutIntent, order: ProviderOrder): Promise<void> {
  const { tx, provider, mode } = context;
  // A refunded subscription still exists at the provider, and would be charged again beside the new one.
  if (row.providerId !== null && row.status !== "expired")
    await addPendingAction(context, { action: "cancel_subscription", resourceId: row.providerId, reason: `Order ${order.id} takes its place.` });
  const isOnce = intent.cycle === "one_time";
  await tx`update agency_module_subscriptions set ${tx({
    provider,
    billing_cycle: intent.cycle,
    provider_order_id: order.id,
    provider_customer_id: order.customerId,
    provider_variant_id: intent.variantId,
    test_mode: mode === "test",
    provider_subscription_id: null,
    // A comped subscription may have had a limit; a paid one has none.
    max_installations: null,
    ...(isOnce && { status: "active", status_since: order.createdAt, renews_at: null, ends_at: null, trial_ends_at: null, current_period_end: null }),
  } as never)} where id = ${row.id}`;
  // The price was agreed when the checkout was opened, and may have changed since.
  await tx`update agency_module_subscriptions set price_version = ${intent.priceVersion}, price_wholesale = ${intent.amount} where id = ${row.id}`;
  if (isOnce) await linkInstallations(tx, row.id, context.now);
}
