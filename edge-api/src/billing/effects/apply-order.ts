import { isTaken } from "@dramac/contracts";
import { bindResource, type ResourceName } from "../kept-resources.ts";
import type { ProviderOrder } from "../provider.ts";
import { type Outcome, owe, type Scene } from "./effect.ts";
import { disagreements, findIntent, type Intent, settleIntent } from "./intents.ts";
import { judgePayments } from "./judge-payments.ts";
import { postMoney } from "./post-money.ts";
import { linkInstallations, lockSubscriptionRow, type SubscriptionRow } from "./subscription-row.ts";

const IS_PAID: readonly ProviderOrder["status"][] = ["paid", "partial_refund", "refunded"];

/** What follows from an order: a checkout is paid, and what is bought once begins to run. */
export async function applyOrder(scene: Scene, order: ProviderOrder, intentId: string | undefined): Promise<Outcome> {
  const { tx, provider, mode, alert } = scene;
  const intent = await findIntent(tx, order, intentId);
  if (!intent) {
    alert("BILLING_ORDER_UNMATCHED", `Order ${order.id} comes from no checkout of ours.`);
    return "It comes from no checkout of ours: nothing follows.";
  }
  const row = await lockSubscriptionRow(tx, intent.subscriptionId);
  const name: ResourceName = { provider, mode, kind: "order", id: order.id };
  await bindResource(tx, name, { intentId: intent.id, agencyId: intent.agencyId, subscriptionId: row.id });
  // What was paid was paid, whatever follows from it.
  await postMoney(scene, order, { agencyId: row.agencyId, moduleId: row.moduleId, subscriptionId: row.id });
  const refusal = await refuse(scene, intent, order);
  if (refusal) return refusal;
  if (intent.orderId === null && IS_PAID.includes(order.status)) {
    if (isTaken(row.facts, scene.now.getTime()) && row.orderId !== order.id)
      return giveBack(scene, intent, order, "Another payment had begun this subscription already.");
    await settleIntent(tx, intent.id, { status: "paid", orderId: order.id });
    await begin(scene, row, intent, order);
  }
  await judgePayments(scene, row.id);
  return `Checkout ${intent.id} is ${order.status}.`;
}

/** What was paid and does not agree grants nothing, whoever says whose it is. */
async function refuse(scene: Scene, intent: Intent, order: ProviderOrder): Promise<Outcome | undefined> {
  if (intent.orderId === order.id) return undefined;
  if (intent.orderId !== null) return giveBack(scene, intent, order, `Checkout ${intent.id} was paid by order ${intent.orderId} already.`);
  const wrong = disagreements(intent, order);
  if (!wrong.length) return undefined;
  const reason = `Order ${order.id} does not agree with checkout ${intent.id}: ${wrong.join(", ")}.`;
  await settleIntent(scene.tx, intent.id, { status: "mismatched", reason });
  scene.alert("BILLING_ORDER_MISMATCHED", reason);
  return `${reason} Nothing is granted.`;
}

async function giveBack(scene: Scene, intent: Intent, order: ProviderOrder, reason: string): Promise<Outcome> {
  if (intent.orderId === null) await settleIntent(scene.tx, intent.id, { status: "late", reason });
  if (order.refunded < order.total) await owe(scene, "refund_order", order.id, reason);
  scene.alert("BILLING_PAID_TWICE", `${reason} Order ${order.id} is refunded.`);
  return `${reason} It is given back.`;
}

/** A subscription of its own follows for what renews; what is bought once runs by its order alone. */
async function begin(scene: Scene, row: SubscriptionRow, intent: Intent, order: ProviderOrder): Promise<void> {
  const { tx, provider, mode } = scene;
  // What was given back goes on at the provider's, and would be charged again beside the new one.
  if (row.providerId !== null && row.status !== "expired") await owe(scene, "cancel_subscription", row.providerId, `Order ${order.id} takes its place.`);
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
  if (isOnce) await linkInstallations(tx, row.id, scene.now);
}
