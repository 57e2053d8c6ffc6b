import { bindResource, readMirrored } from "../provider-mirror.ts";
import type { ProviderInvoice } from "../provider.ts";
import type { EffectContext, Outcome } from "./effect-context.ts";
import { postToLedger } from "./post-to-ledger.ts";
import { lockSubscriptionRow } from "./subscription-row.ts";
import { updateRevocation } from "./update-revocation.ts";

/** Applies the invoice of a subscription that the mirror holds. */
export async function applyInvoice(context: EffectContext, invoice: ProviderInvoice): Promise<Outcome> {
  const { tx, provider, mode } = context;
  const subscription = await readMirrored(tx, { provider, mode, kind: "subscription", id: invoice.subscriptionId });
  if (!subscription?.agencyId || !subscription.subscriptionId) return `Subscription ${invoice.subscriptionId} is not one of ours.`;
  const { intentId, agencyId, subscriptionId } = subscription;
  await bindResource(tx, { provider, mode, kind: "invoice", id: invoice.id }, { intentId, agencyId, subscriptionId });
  const row = await lockSubscriptionRow(tx, subscriptionId);
  await postToLedger(context, invoice, { agencyId, moduleId: row.moduleId, subscriptionId, orderId: subscription.resource.orderId });
  await updateRevocation(context, subscriptionId);
  return `It is ${invoice.status}.`;
}
