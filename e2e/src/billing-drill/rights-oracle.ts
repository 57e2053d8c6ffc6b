import type { Invoice, Subscription, MockState } from "@dramac/lemon-squeezy-mock";

const DAY_MS = 86_400_000;
const SKEW_MS = 5 * 60_000;

/** Whether a module may run, and why, by what the provider has in its books: worked out without a line of what bills. */
export function expectedRight(state: Readonly<MockState>, row: Subscription, now: number): { status: string; isAllowed: boolean; reason: string } {
  const { status } = row;
  const say = (reason: string, isAllowed: boolean) => ({ status, reason, isAllowed });
  if (isGivenBack(state, row)) return say("refunded", false);
  const hasPassed = (moment: number | null, by: number) => moment !== null && now >= moment + by;
  switch (status) {
    case "on_trial":
      return hasPassed(row.trialEndsAt, SKEW_MS) ? say("unconfirmed", true) : say("trial", true);
    case "active":
      return hasPassed(row.renewsAt, SKEW_MS) ? say("unconfirmed", true) : say("paid", true);
    case "past_due":
      return say("past_due", true);
    case "unpaid":
      return hasPassed(row.updatedAt, 7 * DAY_MS) ? say("unpaid", false) : say("grace", true);
    case "paused":
      return row.pause?.mode === "free" ? say("paused_free", true) : say("paused", false);
    case "cancelled":
      return hasPassed(row.endsAt, SKEW_MS) ? say("ended", false) : say("cancelled", true);
    case "expired":
      return say("expired", false);
    default:
      throw new Error(`The drill knows no ${status}.`);
  }
}

/** Whether the last period that money was taken for has been given back whole. */
function isGivenBack({ invoices, orders }: Readonly<MockState>, { id, orderId }: Subscription): boolean {
  const paid = invoices.filter(({ subscriptionId, status }) => subscriptionId === id && status !== "pending" && status !== "void");
  const last = paid.reduce<Invoice | undefined>((latest, one) => (latest === undefined || one.createdAt > latest.createdAt ? one : latest), undefined);
  const payment = last && last.reason !== "initial" ? last : orders.find((order) => order.id === orderId);
  return payment?.status === "refunded";
}
