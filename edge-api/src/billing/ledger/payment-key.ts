import type { Tx } from "../../db/database.ts";
import type { BillingMode, BillingProvider } from "../provider.ts";
import { LedgerError } from "./ledger-error.ts";
import type { Payment } from "./payment-balances.ts";

/** The provider's resource that brought an entry. */
export interface Source {
  readonly kind: "order" | "invoice" | "dispute";
  readonly id: string;
}

/** Identifies one payment in the ledger. */
export interface PaymentKey {
  readonly provider: BillingProvider["name"];
  readonly mode: BillingMode;
  readonly kind: "order" | "invoice";
  readonly id: string;
}

export const sourceOf = (payment: Payment): Source => ({ kind: "subscriptionId" in payment ? "invoice" : "order", id: payment.id });

/**
 * The key of a payment. The first invoice of a subscription has the key of the order that began it, because both are the same money.
 * @throws LedgerError `order_unknown`
 */
export async function paymentKeyOf(
  tx: Tx,
  payment: Payment,
  { provider, orderId, subscriptionId }: { provider: PaymentKey["provider"]; orderId?: string | null | undefined; subscriptionId: string | null },
): Promise<PaymentKey> {
  const { mode, id } = payment;
  if (!("subscriptionId" in payment)) return { provider, mode, kind: "order", id };
  if (payment.reason !== "initial") return { provider, mode, kind: "invoice", id };
  const order = orderId ?? (await findOrder(tx, subscriptionId));
  if (!order) throw new LedgerError("order_unknown", `Invoice ${id} is the first of its subscription, and its order is not known yet: try again later.`);
  return { provider, mode, kind: "order", id: order };
}

async function findOrder(tx: Tx, subscriptionId: string | null): Promise<string | undefined> {
  const [row] = await tx`select provider_order_id from agency_module_subscriptions where id = ${subscriptionId}`;
  return (row?.provider_order_id as string | null) ?? undefined;
}

/** A source always belongs to the same payment. @throws LedgerError `payment_changed` if it was posted for another one */
export async function requireSamePayment(tx: Tx, { provider, mode, kind, id }: PaymentKey, source: Source): Promise<void> {
  const [other] = await tx`
    select money_kind, money_id from ledger_entries
    where provider = ${provider} and mode = ${mode} and source_kind = ${source.kind} and source_id = ${source.id} and (money_kind, money_id) <> (${kind}, ${id}) limit 1`;
  if (!other) return;
  const posted = `${other.money_kind as string} ${other.money_id as string}`;
  throw new LedgerError("payment_changed", `The ${source.kind} ${source.id} was posted for ${posted}, and now comes for ${kind} ${id}.`);
}

/** Locks a payment's entries until the end of the transaction. */
export const lockPayment = (tx: Tx, { provider, mode, kind, id }: PaymentKey) =>
  tx`select pg_advisory_xact_lock(hashtextextended(${`ledger ${provider} ${mode} ${kind} ${id}`}, 0))`;
