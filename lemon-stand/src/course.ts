import { aboutInvoice, aboutSubscription, addInvoice, DAY_MS, intervalOf, type Stand, tellChange } from "./book.ts";
import { addInterval } from "./clock.ts";
import type { Card, Invoice, Subscription } from "./types.ts";
import { demand } from "./world.ts";

/** Days after a failed renewal at which it is tried again; the last failure makes the subscription unpaid. */
const RETRY_DAYS = [3, 6, 10, 14];

/** When something next happens to a subscription by itself. `undefined`: never. */
export function dueOf({ status, pause, trialEndsAt, renewsAt, endsAt, dunning }: Subscription): number | undefined {
  if (status === "cancelled") return endsAt ?? undefined;
  if (status === "on_trial") return trialEndsAt ?? undefined;
  if (status === "paused") return Math.min(renewsAt, pause?.resumesAt ?? Number.POSITIVE_INFINITY);
  if (status === "past_due" && dunning) return dunning.since + (RETRY_DAYS[dunning.tries] ?? 0) * DAY_MS;
  return status === "active" ? renewsAt : undefined;
}

/** What happens when that moment has come. */
export function takeCourse(stand: Stand, row: Subscription): void {
  const at = stand.clock.second();
  if (row.status === "cancelled") expire(stand, row);
  else if (row.status === "paused" && row.pause?.resumesAt && row.pause.resumesAt <= at) unpause(stand, row);
  else if (row.status === "paused") skipPeriod(stand, row);
  else if (row.status === "past_due") retry(stand, row);
  else charge(stand, row);
}

export function unpause(stand: Stand, row: Subscription): void {
  row.status = "active";
  row.pause = null;
  tellChange(stand, row, "subscription_unpaused");
}

/** Another card, and with it another try where something is owed. */
export function changeCard(stand: Stand, row: Subscription, card: Card): void {
  row.card = card;
  if (row.dunning) retry(stand, row);
  else tellChange(stand, row);
}

function expire(stand: Stand, row: Subscription): void {
  row.status = "expired";
  tellChange(stand, row, "subscription_expired");
}

/** While it is paused nothing is charged, and the periods go on. */
function skipPeriod(stand: Stand, row: Subscription): void {
  row.renewsAt = addInterval(row.renewsAt, intervalOf(stand, row), row.billingAnchor);
  tellChange(stand, row);
}

const works = ({ card }: Subscription) => card === "good" || card === "paypal";

function charge(stand: Stand, row: Subscription): void {
  const since = row.renewsAt;
  const isPaid = works(row);
  const invoice = addInvoice(stand, row, "renewal", isPaid ? "paid" : "pending", row.price);
  if (isPaid) return settle(stand, row, invoice, since, ["subscription_payment_success"]);
  row.dunning = { since, invoiceId: invoice.id, tries: 0 };
  fail(stand, row, invoice);
}

function retry(stand: Stand, row: Subscription): void {
  if (!row.dunning) return;
  const invoice = demand<Invoice>(stand.world.invoices, row.dunning.invoiceId);
  invoice.updatedAt = stand.clock.second();
  if (works(row)) {
    invoice.status = "paid";
    // Both name the same invoice.
    return settle(stand, row, invoice, row.dunning.since, ["subscription_payment_success", "subscription_payment_recovered"]);
  }
  row.dunning.tries++;
  fail(stand, row, invoice);
}

function settle(stand: Stand, row: Subscription, invoice: Invoice, since: number, events: readonly string[]): void {
  const interval = intervalOf(stand, row);
  row.dunning = null;
  // Taken while a cancelled one runs out, the money changes nothing about its end.
  if (row.endsAt === null) row.status = "active";
  for (row.renewsAt = since; row.renewsAt <= stand.clock.now(); ) row.renewsAt = addInterval(row.renewsAt, interval, row.billingAnchor);
  tellPayment(stand, row, invoice, events);
}

function fail(stand: Stand, row: Subscription, invoice: Invoice): void {
  const tries = row.dunning?.tries ?? 0;
  const isOver = tries >= RETRY_DAYS.length;
  if (row.endsAt === null) row.status = isOver ? "unpaid" : "past_due";
  if (row.dunning && !isOver) row.renewsAt = row.dunning.since + (RETRY_DAYS[tries] ?? 0) * DAY_MS;
  tellPayment(stand, row, invoice, ["subscription_payment_failed"]);
}

function tellPayment(stand: Stand, row: Subscription, invoice: Invoice, events: readonly string[]): void {
  row.updatedAt = stand.clock.second();
  stand.webhooks.announce([...events.map((event) => aboutInvoice(stand, event, invoice)), aboutSubscription(stand, "subscription_updated", row)]);
}
