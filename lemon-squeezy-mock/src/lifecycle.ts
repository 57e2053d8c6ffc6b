import { aboutInvoice, aboutSubscription, addInvoice, DAY_MS, intervalOf, type MockContext, tellChange } from "./records.ts";
import { addInterval } from "./clock.ts";
import type { Card, Invoice, Subscription } from "./types.ts";
import { getOrThrow } from "./state-file.ts";

/** Days after a failed renewal at which it is tried again; the last failure makes the subscription unpaid. */
const RETRY_DAYS = [3, 6, 10, 14];

/** When something next happens to a subscription by itself. `undefined`: never. */
export function nextDueAt({ status, pause, trialEndsAt, renewsAt, endsAt, dunning }: Subscription): number | undefined {
  if (status === "cancelled") return endsAt ?? undefined;
  if (status === "on_trial") return trialEndsAt ?? undefined;
  if (status === "paused") return Math.min(renewsAt, pause?.resumesAt ?? Number.POSITIVE_INFINITY);
  if (status === "past_due" && dunning) return dunning.since + (RETRY_DAYS[dunning.tries] ?? 0) * DAY_MS;
  return status === "active" ? renewsAt : undefined;
}

/** What happens when that moment has come. */
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
  tellChange(mock, row, "subscription_unpaused");
}

/** Another card, and with it another try where something is owed. */
export function changeCard(mock: MockContext, row: Subscription, card: Card): void {
  row.card = card;
  if (row.dunning) retry(mock, row);
  else tellChange(mock, row);
}

function expire(mock: MockContext, row: Subscription): void {
  row.status = "expired";
  tellChange(mock, row, "subscription_expired");
}

/** While it is paused nothing is charged, and the periods go on. */
function skipPeriod(mock: MockContext, row: Subscription): void {
  row.renewsAt = addInterval(row.renewsAt, intervalOf(mock, row), row.billingAnchor);
  tellChange(mock, row);
}

const works = ({ card }: Subscription) => card === "good" || card === "paypal";

function charge(mock: MockContext, row: Subscription): void {
  const since = row.renewsAt;
  const isPaid = works(row);
  const invoice = addInvoice(mock, row, "renewal", isPaid ? "paid" : "pending", row.price);
  if (isPaid) return settle(mock, row, invoice, since, ["subscription_payment_success"]);
  row.dunning = { since, invoiceId: invoice.id, tries: 0 };
  fail(mock, row, invoice);
}

function retry(mock: MockContext, row: Subscription): void {
  if (!row.dunning) return;
  const invoice = getOrThrow<Invoice>(mock.state.invoices, row.dunning.invoiceId);
  invoice.updatedAt = mock.clock.second();
  if (works(row)) {
    invoice.status = "paid";
    // Both name the same invoice.
    return settle(mock, row, invoice, row.dunning.since, ["subscription_payment_success", "subscription_payment_recovered"]);
  }
  row.dunning.tries++;
  fail(mock, row, invoice);
}

function settle(mock: MockContext, row: Subscription, invoice: Invoice, since: number, events: readonly string[]): void {
  const interval = intervalOf(mock, row);
  row.dunning = null;
  // Taken while a cancelled one runs out, the money changes nothing about its end.
  if (row.endsAt === null) row.status = "active";
  for (row.renewsAt = since; row.renewsAt <= mock.clock.now(); ) row.renewsAt = addInterval(row.renewsAt, interval, row.billingAnchor);
  tellPayment(mock, row, invoice, events);
}

function fail(mock: MockContext, row: Subscription, invoice: Invoice): void {
  const tries = row.dunning?.tries ?? 0;
  const isOver = tries >= RETRY_DAYS.length;
  if (row.endsAt === null) row.status = isOver ? "unpaid" : "past_due";
  if (row.dunning && !isOver) row.renewsAt = row.dunning.since + (RETRY_DAYS[tries] ?? 0) * DAY_MS;
  tellPayment(mock, row, invoice, ["subscription_payment_failed"]);
}

function tellPayment(mock: MockContext, row: Subscription, invoice: Invoice, events: readonly string[]): void {
  row.updatedAt = mock.clock.second();
  mock.webhooks.announce([...events.map((event) => aboutInvoice(mock, event, invoice)), aboutSubscription(mock, "subscription_updated", row)]);
}
