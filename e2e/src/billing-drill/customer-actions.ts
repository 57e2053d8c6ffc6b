import type { LemonSqueezyMock, Subscription } from "@dramac/lemon-squeezy-mock";
import type { Chance } from "./random.ts";

type CustomerAction = (mock: LemonSqueezyMock, row: Subscription, chance: Chance) => Promise<unknown>;

const patch =
  (...steps: object[]): CustomerAction =>
  async ({ control }, { id }) => {
    // All within one second, so that the time does not show which state is the last one.
    for (const attributes of steps) await control.update(id, attributes);
  };
const card =
  (kind: "good" | "fails_later"): CustomerAction =>
  ({ control }, { id }) =>
    control.useCard(id, kind);
const refund =
  (isWhole: boolean): CustomerAction =>
  async ({ control }, row, chance) => {
    const invoices = control.state.invoices.filter(
      ({ subscriptionId, status }) => subscriptionId === row.id && (status === "paid" || status === "partial_refund"),
    );
    if (!invoices.length) return;
    const { id, total, refundedAmount } = chance.pick(invoices);
    const left = total - refundedAmount;
    if (left > 0) await control.refund(id, isWhole ? left : 1 + chance.below(left));
  };

const CANCEL = { cancelled: true };
const RESUME = { cancelled: false };
const FREE = { pause: { mode: "free" } };
const VOID = { pause: { mode: "void" } };
const UNPAUSE = { pause: null };

/** What customers and support do to a subscription in each status, and how probable it is in one round. */
const ACTIONS: Readonly<Record<string, readonly (readonly [probability: number, act: CustomerAction])[]>> = {
  on_trial: [
    [0.05, patch(CANCEL)],
    [0.05, patch(CANCEL, RESUME)],
  ],
  active: [
    [0.05, patch(CANCEL)],
    [0.05, patch(FREE)],
    [0.03, patch(VOID)],
    [0.05, card("fails_later")],
    [0.08, refund(false)],
    [0.03, refund(true)],
    [0.04, patch(CANCEL, RESUME)],
    [0.04, patch(FREE, UNPAUSE, CANCEL)],
    [0.03, patch(VOID, UNPAUSE)],
  ],
  cancelled: [
    [0.4, patch(RESUME)],
    [0.05, refund(true)],
    [0.05, patch(RESUME, CANCEL)],
  ],
  paused: [
    [0.5, patch(UNPAUSE)],
    [0.1, patch(UNPAUSE, FREE)],
  ],
  past_due: [[0.35, card("good")]],
  unpaid: [[0.4, card("good")]],
  expired: [[0.02, refund(true)]],
};

/** Has every customer act at random. */
export async function actForCustomers(mock: LemonSqueezyMock, chance: Chance): Promise<void> {
  for (const row of [...mock.control.state.subscriptions]) {
    let dice = chance.below(10_000) / 10_000;
    for (const [probability, act] of ACTIONS[row.status] ?? []) {
      dice -= probability;
      if (dice >= 0) continue;
      await act(mock, row, chance);
      break;
    }
  }
}
