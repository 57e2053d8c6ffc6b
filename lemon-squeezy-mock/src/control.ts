import type { ApiFault } from "./api-faults.ts";
import { type MockContext, announceChange, variantOf } from "./records.ts";
import { update } from "./changes.ts";
import { changeCard } from "./lifecycle.ts";
import type { Scheduler } from "./scheduler.ts";
import { type Buyer, type Purchase, purchase } from "./purchase.ts";
import { refundInvoice, refundOrder } from "./refunds.ts";
import type { Card, Delivery, Order, Subscription, MockState } from "./types.ts";
import { getOrThrow } from "./state-file.ts";
import type { WebhookTarget } from "./webhooks.ts";
import type { WebhookFault } from "./webhook-faults.ts";

/** Controls the mock from tests and demos. Functions that change something resolve when the deliveries were attempted. */
export interface Control {
  /** The whole state, for reading. */
  readonly state: Readonly<MockState>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Moves the clock forward. Everything that is due until then happens in order. */
  advance(ms: number): Promise<void>;
  advanceTo(moment: Date): Promise<void>;
  /** Resolves when all due deliveries were attempted. */
  whenIdle(): Promise<void>;
  /** Replaces the receivers of deliveries. */
  setWebhooks(targets: readonly WebhookTarget[]): void;
  failWebhooks(fault: WebhookFault): void;
  failApi(fault: ApiFault): void;
  /** Removes all faults and sends the deliveries that were held. */
  heal(): Promise<void>;
  release(order?: (held: readonly Delivery[]) => readonly Delivery[]): Promise<void>;
  /** Sends an earlier delivery again, with another webhook_id. */
  repeat(delivery: number): Promise<void>;
  /** Pays a checkout as its page does. @throws Error if the variant is paid once */
  pay(checkout: string, buyer?: Partial<Buyer>): Promise<Subscription>;
  /** Pays a checkout of a variant that is paid once. @throws Error if the variant renews */
  payOnce(checkout: string, buyer?: Partial<Buyer>): Promise<Order>;
  useCard(subscription: number, card: Card): Promise<void>;
  /** Changes a subscription as its customer does in the portal. Takes the attributes of the API's PATCH, and counts no API call. */
  update(subscription: number, attributes: object): Promise<void>;
  /** Refunds an order or an invoice. @param amount cents; everything that is left if omitted */
  refund(payment: number, amount?: number): Promise<void>;
  /** Changes fields of a subscription directly. Sends a delivery unless `isSilent`. */
  change(subscription: number, change: Partial<Subscription>, isSilent?: boolean): Promise<void>;
  /** Sends no delivery: Lemon Squeezy has no known event for it. */
  markFraudulent(order: number): void;
}

export function createControl(
  mock: MockContext,
  scheduler: Scheduler,
  faults: { readonly api: ApiFault[]; readonly webhooks: WebhookFault[] },
  targets: WebhookTarget[],
): Control {
  const { state, clock, webhooks } = mock;

  async function buy(checkout: string, buyer: Partial<Buyer> | undefined, isOnce: boolean): Promise<Purchase> {
    const made = getOrThrow(state.checkouts, checkout);
    if ((variantOf(mock, buyer?.variantId ?? made.variantId).interval === null) !== isOnce)
      throw new Error(isOnce ? "It renews: it is not paid once." : "It is paid once: no subscription follows.");
    const { email } = made.checkoutData;
    const done = purchase(mock, made, { email: email ?? "buyer@example.com", name: "Test Buyer", card: "good", taxRate: 0, ...buyer });
    await scheduler.runDue();
    return done;
  }

  return {
    state,
    now: clock.now,
    advance: scheduler.advance,
    advanceTo: (moment) => scheduler.advanceTo(moment.getTime()),
    whenIdle: scheduler.runDue,
    setWebhooks: (others) => void targets.splice(0, targets.length, ...others),
    failWebhooks: (fault) => void faults.webhooks.push({ ...fault }),
    failApi: (fault) => void faults.api.push({ ...fault }),
    async heal() {
      faults.api.length = 0;
      faults.webhooks.length = 0;
      webhooks.release();
      await scheduler.runDue();
    },
    async release(order) {
      webhooks.release(order);
      await scheduler.runDue();
    },
    async repeat(delivery) {
      const sent = state.deliveries.find(({ id }) => id === delivery);
      if (!sent) throw new Error(`There is no delivery ${delivery}.`);
      webhooks.repeat(sent);
      await scheduler.runDue();
    },
    async pay(checkout, buyer) {
      return (await buy(checkout, buyer, false)).subscription as Subscription;
    },
    async payOnce(checkout, buyer) {
      return (await buy(checkout, buyer, true)).order;
    },
    async useCard(subscription, card) {
      changeCard(mock, getOrThrow(state.subscriptions, subscription), card);
      await scheduler.runDue();
    },
    async update(subscription, attributes) {
      update(mock, getOrThrow(state.subscriptions, subscription), attributes);
      await scheduler.runDue();
    },
    async refund(payment, amount) {
      const order = state.orders.find(({ id }) => id === payment);
      if (order) refundOrder(mock, order, amount);
      else refundInvoice(mock, getOrThrow(state.invoices, payment), amount);
      await scheduler.runDue();
    },
    async change(subscription, change, isSilent = false) {
      const row = getOrThrow(state.subscriptions, subscription);
      Object.assign(row, change);
      if (!isSilent) announceChange(mock, row);
      await scheduler.runDue();
    },
    markFraudulent(order) {
      const row = getOrThrow(state.orders, order);
      row.status = "fraudulent";
      row.updatedAt = clock.second();
    },
  };
}
