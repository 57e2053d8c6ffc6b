import { aboutInvoice, aboutOrder, type Stand } from "./book.ts";
import { Refusal } from "./refusal.ts";
import type { Invoice, Order } from "./types.ts";

/**
 * Gives back money of an order. The first invoice of its subscription is the same money: both show it, and both are told of, which is
 * harder on whoever counts than one alone.
 * @param amount all that is left unless given
 * @throws Refusal
 */
export function refundOrder(stand: Stand, order: Order, amount: number | undefined): void {
  const cents = checkAmount(order, amount);
  const invoice = stand.world.invoices.find((one) => one.reason === "initial" && subscriptionOf(stand, one)?.orderId === order.id);
  give(stand, order, cents);
  if (invoice) give(stand, invoice, cents);
  stand.webhooks.announce([aboutOrder(stand, "order_refunded", order), ...(invoice ? [aboutInvoice(stand, "subscription_payment_refunded", invoice)] : [])]);
}

/** @throws Refusal */
export function refundInvoice(stand: Stand, invoice: Invoice, amount: number | undefined): void {
  const order = invoice.reason === "initial" && stand.world.orders.find(({ id }) => id === subscriptionOf(stand, invoice)?.orderId);
  if (order) return refundOrder(stand, order, amount);
  if (invoice.status === "pending" || invoice.status === "void") throw new Refusal(422, "This invoice was never paid.");
  give(stand, invoice, checkAmount(invoice, amount));
  stand.webhooks.announce([aboutInvoice(stand, "subscription_payment_refunded", invoice)]);
}

const subscriptionOf = ({ world }: Stand, { subscriptionId }: Invoice) => world.subscriptions.find(({ id }) => id === subscriptionId);

function checkAmount({ total, refundedAmount }: Order | Invoice, amount = total - refundedAmount): number {
  const left = total - refundedAmount;
  if (!Number.isInteger(amount) || amount <= 0 || amount > left)
    throw new Refusal(422, `The amount must lie between 1 and ${left}.`, "/data/attributes/amount");
  return amount;
}

function give({ clock }: Stand, row: Order | Invoice, cents: number): void {
  row.refundedAmount += cents;
  row.updatedAt = clock.second();
  const isAll = row.refundedAmount >= row.total;
  row.status = isAll ? "refunded" : "partial_refund";
  row.refundedAt = isAll ? clock.second() : null;
}
