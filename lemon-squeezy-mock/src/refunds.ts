import { invoiceEvent, orderEvent, type MockContext } from "./records.ts";
import { ApiError } from "./api-error.ts";
import type { Invoice, Order } from "./types.ts";

/**
 * Refunds an order. The first invoice of its subscription is the same money, so both show the refund and both send a delivery, which is
 * harder for a receiver than one delivery alone.
 * @param amount cents; everything that is left if omitted
 * @throws ApiError
 */
export function refundOrder(mock: MockContext, order: Order, amount: number | undefined): void {
  const cents = checkAmount(order, amount);
  const invoice = mock.state.invoices.find((one) => one.reason === "initial" && subscriptionOf(mock, one)?.orderId === order.id);
  applyRefund(mock, order, cents);
  if (invoice) applyRefund(mock, invoice, cents);
  mock.webhooks.announce([orderEvent(mock, "order_refunded", order), ...(invoice ? [invoiceEvent(mock, "subscription_payment_refunded", invoice)] : [])]);
}

/** @throws ApiError */
export function refundInvoice(mock: MockContext, invoice: Invoice, amount: number | undefined): void {
  const order = invoice.reason === "initial" && mock.state.orders.find(({ id }) => id === subscriptionOf(mock, invoice)?.orderId);
  if (order) return refundOrder(mock, order, amount);
  if (invoice.status === "pending" || invoice.status === "void") throw new ApiError(422, "This invoice was never paid.");
  applyRefund(mock, invoice, checkAmount(invoice, amount));
  mock.webhooks.announce([invoiceEvent(mock, "subscription_payment_refunded", invoice)]);
}

const subscriptionOf = ({ state }: MockContext, { subscriptionId }: Invoice) => state.subscriptions.find(({ id }) => id === subscriptionId);

function checkAmount({ total, refundedAmount }: Order | Invoice, amount = total - refundedAmount): number {
  const left = total - refundedAmount;
  if (!Number.isInteger(amount) || amount <= 0 || amount > left)
    throw new ApiError(422, `The amount must lie between 1 and ${left}.`, "/data/attributes/amount");
  return amount;
}

function applyRefund({ clock }: MockContext, row: Order | Invoice, cents: number): void {
  row.refundedAmount += cents;
  row.updatedAt = clock.second();
  const isAll = row.refundedAmount >= row.total;
  row.status = isAll ? "refunded" : "partial_refund";
  row.refundedAt = isAll ? clock.second() : null;
}
