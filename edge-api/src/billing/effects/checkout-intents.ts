import type { Tx } from "../../db/database.ts";
import type { ProviderOrder } from "../provider.ts";

/** The terms that an agency agreed to when it opened a checkout. */
export interface CheckoutIntent {
  readonly id: string;
  readonly agencyId: string;
  readonly subscriptionId: string;
  readonly store: string;
  readonly mode: string;
  readonly variantId: string;
  readonly cycle: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly priceVersion: number;
  readonly status: "open" | "paid" | "expired" | "mismatched" | "late";
  readonly orderId: string | null;
}

const columns = (tx: Tx) => tx`
  id, agency_id as "agencyId", subscription_id as "subscriptionId", store, mode, variant_id as "variantId", billing_cycle as cycle, currency, amount,
  price_version as "priceVersion", status, order_id as "orderId"`;

/** Tolerance for differing clocks, before and after the time in which a checkout could be paid. */
const SLACK_MINUTES = 60;

/**
 * Finds and locks the checkout that an order paid: the one that is bound to the order, else the one whose id came with the delivery. If
 * neither is known, it is the only checkout with the same store, variant, currency, amount, buyer and time.
 */
export async function findIntent(tx: Tx, order: ProviderOrder, intentId: string | undefined): Promise<CheckoutIntent | undefined> {
  const bound = await tx<CheckoutIntent[]>`select ${columns(tx)} from checkout_intents where order_id = ${order.id} and mode = ${order.mode} for update`;
  if (bound[0] ?? intentId === undefined) return bound[0] ?? (await findOnlyMatchingIntent(tx, order));
  const [named] = await tx<CheckoutIntent[]>`select ${columns(tx)} from checkout_intents where id = ${intentId as string} for update`;
  return named;
}

async function findOnlyMatchingIntent(tx: Tx, order: ProviderOrder): Promise<CheckoutIntent | undefined> {
  if (order.email === null) return undefined;
  const found = await tx<CheckoutIntent[]>`
    select ${columns(tx)} from checkout_intents
    where store = ${order.storeId} and mode = ${order.mode} and variant_id = ${order.variantId} and currency = ${order.currency}
      and (amount = ${order.total - order.tax} or ${order.total} = 0) and lower(email) = ${order.email.toLowerCase()} and status in ('open', 'expired') and order_id is null
      and ${order.createdAt}::timestamptz between created_at - make_interval(mins => ${SLACK_MINUTES}) and expires_at + make_interval(mins => ${SLACK_MINUTES})
    for update`;
  return found.length === 1 ? found[0] : undefined;
}

/** How an order differs from the agreed terms; empty if it may grant the subscription. The order of a trial has a total of zero. */
export function disagreements(intent: CheckoutIntent, order: ProviderOrder): string[] {
  const isTrial = order.total === 0n && order.discount === 0n && intent.cycle !== "one_time";
  const facts: [what: string, agreed: unknown, actual: unknown][] = [
    ["store", intent.store, order.storeId],
    ["mode", intent.mode, order.mode],
    ["variant", intent.variantId, order.variantId],
    ["currency", intent.currency, order.currency],
    ["amount before tax", isTrial ? 0n : intent.amount, order.total - order.tax],
  ];
  return facts.flatMap(([what, agreed, actual]) => (agreed === actual ? [] : [`${what} ${actual} instead of ${agreed}`]));
}

export const updateIntent = (tx: Tx, id: string, to: { status: CheckoutIntent["status"]; reason?: string; orderId?: string }) =>
  tx`update checkout_intents set status = ${to.status}, reason = ${to.reason ?? null}, order_id = coalesce(${to.orderId ?? null}, order_id) where id = ${id}`;
