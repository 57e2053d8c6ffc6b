import { bindResource, readKept } from "../kept-resources.ts";
import type { ProviderInvoice } from "../provider.ts";
import { type Outcome, type Scene, WaitingFor } from "./effect.ts";
import { judgePayments } from "./judge-payments.ts";
import { postMoney } from "./post-money.ts";
import { lockSubscriptionRow } from "./subscription-row.ts";

/** What follows from a period's invoice. @throws WaitingFor its subscription */
export async function applyInvoice(scene: Scene, invoice: ProviderInvoice): Promise<Outcome> {
  const { tx, provider, mode } = scene;
  const subscription = await readKept(tx, { provider, mode, kind: "subscription", id: invoice.subscriptionId });
  if (!subscription) throw new WaitingFor("subscription", invoice.subscriptionId);
  const { intentId, agencyId, subscriptionId } = subscription;
  if (!agencyId || !subscriptionId) return `Subscription ${invoice.subscriptionId} is not one of ours.`;
  await bindResource(tx, { provider, mode, kind: "invoice", id: invoice.id }, { intentId, agencyId, subscriptionId });
  const row = await lockSubscriptionRow(tx, subscriptionId);
  await postMoney(scene, invoice, { agencyId, moduleId: row.moduleId, subscriptionId, orderId: subscription.resource.orderId });
  await judgePayments(scene, subscriptionId);
  return `It is ${invoice.status}.`;
}
