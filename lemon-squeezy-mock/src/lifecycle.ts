import { invoiceEvent, subscriptionEvent, addInvoice, DAY_MS, intervalOf, type MockContext, announceChange } from "./records.ts";
import { addInterval } from "./clock.ts";
import type { Card, Invoice, Subscription } from "./types.ts";
import { getOrThrow } from "./state-file.ts";

/** Days after a failed renewal on which the payment is tried again. After the last failure the subscription is unpaid. */
const RETRY_DAYS = [3, 6, 10, 14];

/** When the next change of a subscription is due, in milliseconds since 1970; `undefined` if none is. */
export function nextDueAt({ status, pause, trialEndsAt, renewsAt, endsAt, dunning }: Subscription): number | undefined {
  if (status === "cancelled") return endsAt ?? undefined;
  if (status === "on_trial") return trialEndsAt ?? undefined;
  if (status === "paused") return Math.min(renewsAt, pause?.resumesAt ?? Number.POSITIVE_INFINITY);
  if (status === "past_due" && dunning) return dunning.since + (RETRY_DAYS[dunning.tries] ?? 0) * DAY_MS;
  return status === "active" ? renewsAt : undefined;
}

/** Makes the change that is due. */
export function advanceLifecycle(mock: MockContext, row: Subscription): void {
  const at = mock.clock.second();
  if (row.status === "cancelled") expire(mock, row);
  else if (row.status === "paused" && row.pause?.resumesAt && row.pause.resumesAt <= at) unpause(mock, row);
  else if (row.status === "paused") skipPeriod(mock, row);
  else if (row.status === "past_due") retry(mock, row);
  else charge(mock, row);
}

export function unpause(mock: MockContext, row: Subscription): void {
  row.status = "active";
  row.pause = null;
  announceChange(mock, row, "subscription_unpaused");
}

/** Sets another card, and tries an overdue payment again. */
export function changeCard(mock: MockContext, row: Subscription, card: Card): void {
  row.card = card;
  if (row.dunning) retry(mock, row);
  else announceChange(mock, row);
}

function expire(mock: MockContext, row: Subscription): void {
  row.status = "expired";
  announceChange(mock, row, "subscription_expired");
}

/** A paused subscription is not charged, and its periods continue. */
function skipPeriod(mock: MockContext, row: Subscription): void {
  row.renewsAt = addInterval(row.renewsAt, intervalOf(mock, row), row.billingAnchor);
  announceChange(mock, row);
}

const canPay = ({ card }: Subscription) => card === "good" || card === "paypal";

function charge(mock: MockContext, row: Subscription): void {
  const since = row.renewsAt;
  const isPaid = canPay(row);
  const invoice = addInvoice(mock, row, { reason: "renewal", status: isPaid ? "paid" : "pending", subtotal: row.price });
  if (isPaid) return recordPayment(mock, row, invoice, { since, events: ["subscription_payment_success"] });
  row.dunning = { since, invoiceId: invoice.id, tries: 0 };
  recordFailure(mock, row, invoice);
}

function retry(mock: MockContext, row: Subscription): void {
  if (!row.dunning) return;
  const invoice = getOrThrow<Invoice>(mock.state.invoices, row.dunning.invoiceId);
  invoice.updatedAt = mock.clock.second();
  if (canPay(row)) {
    invoice.status = "paid";
    // Both events are about the same invoice.
    return recordPayment(mock, row, invoice, { since: row.dunning.since, events: ["subscription_payment_success", "subscription_payment_recovered"] });
  }
  row.dunning.tries++;
  recordFailure(mock, row, invoice);
}

function recordPayment(mock: MockContext, row: Subscription, invoice: Invoice, { since, events }: { since: number; events: readonly string[] }): void {
  const interval = intervalOf(mock, row);
  row.dunning = null;
  // A payment during the last period of a cancelled subscription does not change its end.
  if (row.endsAt === null) row.status = "active";
  for (row.renewsAt = since; row.renewsAt <= mock.clock.now(); ) row.renewsAt = addInterval(row.renewsAt, interval, row.billingAnchor);
  announcePayment(mock, row, invoice, events);
}

function recordFailure(mock: MockContext, row: Subscription, invoice: Invoice): void {
  const tries = row.dunning?.tries ?? 0;
  const isOver = tries >= RETRY_DAYS.length;
  if (row.endsAt === null) row.status = isOver ? "unpaid" : "past_due";
  if (row.dunning && !isOver) row.renewsAt = row.dunning.since + (RETRY_DAYS[tries] ?? 0) * DAY_MS;
  announcePayment(mock, row, invoice, ["subscription_payment_failed"]);
}

function announcePayment(mock: MockContext, row: Subscription, invoice: Invoice, events: readonly string[]): void {
  row.updatedAt = mock.clock.second();
  mock.webhooks.announce([...events.map((event) => invoiceEvent(mock, event, invoice)), subscriptionEvent(mock, "subscription_updated", row)]);
}
