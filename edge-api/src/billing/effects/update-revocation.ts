import type { ProviderInvoice, ProviderOrder } from "../provider.ts";
import type { EffectContext } from "./effect-context.ts";
import { recordEntitlement } from "./record-entitlement.ts";

type Payment = (ProviderOrder & { reason?: undefined }) | ProviderInvoice;

/** What was paid last decides: given back whole, it takes the right with it; paid again, the right is back. */
export async function updateRevocation({ tx, cause, now }: EffectContext, subscriptionId: string): Promise<void> {
  const rows = await tx`
    select r.state from billing_resources r join agency_module_subscriptions s on s.id = r.subscription_id
    where r.subscription_id = ${subscriptionId} and (r.kind = 'order' and r.id = s.lemon_order_id or r.kind = 'invoice' and r.parent_id = s.lemon_subscription_id)`;
  const payments = rows.map(({ state }) => state as Payment).filter(({ status }) => ["paid", "partial_refund", "refunded", "fraudulent"].includes(status));
  // The first invoice is the order's own money.
  const isFirst = (payment: Payment) => payment.reason === undefined || payment.reason === "initial";
  const later = payments.filter((payment) => !isFirst(payment)).sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
  const deciding = later[0] ? [later[0]] : payments.filter(isFirst);
  const revoked = deciding.some(({ status }) => status === "fraudulent")
    ? "fraudulent"
    : deciding.some(({ status }) => status === "refunded")
      ? "refunded"
      : null;
  await tx`update agency_module_subscriptions set revoked_reason = ${revoked} where id = ${subscriptionId} and revoked_reason is distinct from ${revoked}`;
  await recordEntitlement(tx, subscriptionId, cause, now);
}
