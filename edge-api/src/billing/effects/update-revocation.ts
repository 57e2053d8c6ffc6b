import { type MirroredPayment, readCurrentPayments } from "../provider-mirror.ts";
import type { EffectContext } from "./effect-context.ts";
import { recordEntitlement } from "./record-entitlement.ts";

const DECIDING_STATUSES = ["paid", "partial_refund", "refunded", "fraudulent"];

/** The first invoice of a subscription is the same money as its order. */
const isFirstPayment = (payment: MirroredPayment): boolean => payment.kind === "order" || payment.resource.reason === "initial";

/** The last payment decides: if all of it was refunded, or it was fraud, the right ends; after another payment it is back. */
export async function updateRevocation({ tx, cause, now }: EffectContext, subscriptionId: string): Promise<void> {
  const payments = (await readCurrentPayments(tx, subscriptionId)).filter(({ resource }) => DECIDING_STATUSES.includes(resource.status));
  const [lastRenewal] = payments
    .filter((payment) => !isFirstPayment(payment))
    .sort((one, other) => (one.resource.createdAt < other.resource.createdAt ? 1 : -1));
  const statuses = (lastRenewal ? [lastRenewal] : payments.filter(isFirstPayment)).map(({ resource }) => resource.status);
  const revoked = statuses.includes("fraudulent") ? "fraudulent" : statuses.includes("refunded") ? "refunded" : null;
  await tx`update agency_module_subscriptions set revoked_reason = ${revoked} where id = ${subscriptionId} and revoked_reason is distinct from ${revoked}`;
  await recordEntitlement(tx, subscriptionId, cause, now);
}
