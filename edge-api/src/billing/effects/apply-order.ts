import { isTaken } from "@dramac/contracts";
import { bindResource, type ResourceKey } from "../provider-mirror.ts";
import type { ProviderOrder } from "../provider.ts";
import { type Outcome, addPendingAction, type EffectContext } from "./effect-context.ts";
import { disagreements, findIntent, type CheckoutIntent, updateIntent } from "./checkout-intents.ts";
import { updateRevocation } from "./update-revocation.ts";
import { postToLedger } from "./post-to-ledger.ts";
import { linkInstallations, lockSubscriptionRow, type SubscriptionRow } from "./subscription-row.ts";

const PAID_STATUSES: readonly ProviderOrder["status"][] = ["paid", "partial_refund", "refunded"];

/** What follows from an order: a checkout is paid, and what is bought once begins to run. */
export async function applyOrder(context: EffectContext, order: ProviderOrder, intentId: string | undefined): Promise<Outcome> {
  const { tx, provider, mode, alert } = context;
  const intent = await findIntent(tx, order, intentId);
  if (!intent) {
    alert("BILLING_ORDER_UNMATCHED", `Order ${order.id} comes from no checkout of ours.`);
    return "It comes from no checkout of ours: nothing follows.";
  }
  const row = await lockSubscriptionRow(tx, intent.subscriptionId);
  const name: ResourceKey = { provider, mode, kind: "order", id: order.id };
  await bindResource(tx, name, { intentId: intent.id, agencyId: intent.agencyId, subscriptionId: row.id });
  // What was paid was paid, whatever follows from it.
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

/** What was paid and does not agree grants nothing, whoever says whose it is. */
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
  if (order.refunded < order.total) await addPendingAction(context, "refund_order", order.id, reason);
  context.alert("BILLING_PAID_TWICE", `${reason} Order ${order.id} is refunded.`);
  return `${reason} It is given back.`;
}

/** A subscription of its own follows for what renews; what is bought once runs by its order alone. */
async function beginSubscription(context: EffectContext, row: SubscriptionRow, intent: CheckoutIntent, order: ProviderOrder): Promise<void> {
  const { tx, provider, mode } = context;
  // What was given back goes on at the provider's, and would be charged again beside the new one.
  if (row.providerId !== null && row.status !== "expired")
    await addPendingAction(context, "cancel_subscription", row.providerId, `Order ${order.id} takes its place.`);
  const isOnce = intent.cycle === "one_time";
  await tx`update agency_module_subscriptions set ${tx({
    provider,
    billing_cycle: intent.cycle,
    lemon_order_id: order.id,
    lemon_customer_id: order.customerId,
    lemon_variant_id: intent.variantId,
    test_mode: mode === "test",
    lemon_subscription_id: null,
    // A grant may have had a limit; what is paid for has none.
    max_installations: null,
    ...(isOnce && { status: "active", status_since: order.createdAt, renews_at: null, ends_at: null, trial_ends_at: null, current_period_end: null }),
  } as never)} where id = ${row.id}`;
  // Agreed on when the checkout was opened, whatever the price has become since.
  await tx`update agency_module_subscriptions set price_version = ${intent.priceVersion}, price_wholesale = ${intent.amount} where id = ${row.id}`;
  if (isOnce) await linkInstallations(tx, row.id, context.now);
}
