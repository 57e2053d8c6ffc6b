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

/** What no customer can do, and a test or a demo must. Whatever changes something resolves when its deliveries were tried. */
export interface Control {
  /** Everything there is, to be read. */
  readonly state: Readonly<MockState>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Puts the clock forward; what is due until then happens on the way, in order. */
  advance(ms: number): Promise<void>;
  advanceTo(moment: Date): Promise<void>;
  /** Resolves when everything that is due was delivered, or tried. */
  whenIdle(): Promise<void>;
  /** Sends everybody elsewhere from now on. */
  setWebhooks(targets: readonly WebhookTarget[]): void;
  failWebhooks(fault: WebhookFault): void;
  failApi(fault: ApiFault): void;
  /** Takes every fault away; what was held goes out. */
  heal(): Promise<void>;
  release(order?: (held: readonly Delivery[]) => readonly Delivery[]): Promise<void>;
  /** Sends what was delivered once before again, with another webhook_id. */
  repeat(delivery: number): Promise<void>;
  /** Pays a checkout as its page would. @throws Error for what is paid once */
  pay(checkout: string, buyer?: Partial<Buyer>): Promise<Subscription>;
  /** Pays a checkout of what is paid once. @throws Error for what renews */
  payOnce(checkout: string, buyer?: Partial<Buyer>): Promise<Order>;
  useCard(subscription: number, card: Card): Promise<void>;
  /** Changes a subscription as its customer does in the portal: what the API's PATCH takes, and no call of it is counted. */
  update(subscription: number, attributes: object): Promise<void>;
  /** Gives money of an order or an invoice back by hand. @param amount all that is left unless given */
  refund(payment: number, amount?: number): Promise<void>;
  /** Changes a subscription behind everybody's back; told of, unless `isSilent`. */
  change(subscription: number, change: Partial<Subscription>, isSilent?: boolean): Promise<void>;
  /** Nothing is told of it: no event is known. */
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
    await scheduler.settle();
    return done;
  }

  return {
    state,
    now: clock.now,
    advance: scheduler.advance,
    advanceTo: (moment) => scheduler.advanceTo(moment.getTime()),
    whenIdle: scheduler.settle,
    setWebhooks: (others) => void targets.splice(0, targets.length, ...others),
    failWebhooks: (fault) => void faults.webhooks.push({ ...fault }),
    failApi: (fault) => void faults.api.push({ ...fault }),
    async heal() {
      faults.api.length = 0;
      faults.webhooks.length = 0;
      webhooks.release();
      await scheduler.settle();
    },
    async release(order) {
      webhooks.release(order);
      await scheduler.settle();
    },
    async repeat(delivery) {
      const sent = state.deliveries.find(({ id }) => id === delivery);
      if (!sent) throw new Error(`There is no delivery ${delivery}.`);
      webhooks.repeat(sent);
      await scheduler.settle();
    },
    async pay(checkout, buyer) {
      return (await buy(checkout, buyer, false)).subscription as Subscription;
    },
    async payOnce(checkout, buyer) {
      return (await buy(checkout, buyer, true)).order;
    },
    async useCard(subscription, card) {
      changeCard(mock, getOrThrow(state.subscriptions, subscription), card);
      await scheduler.settle();
    },
    async update(subscription, attributes) {
      update(mock, getOrThrow(state.subscriptions, subscription), attributes);
      await scheduler.settle();
    },
    async refund(payment, amount) {
      const order = state.orders.find(({ id }) => id === payment);
      if (order) refundOrder(mock, order, amount);
      else refundInvoice(mock, getOrThrow(state.invoices, payment), amount);
      await scheduler.settle();
    },
    async change(subscription, change, isSilent = false) {
      const row = getOrThrow(state.subscriptions, subscription);
      Object.assign(row, change);
      if (!isSilent) announceChange(mock, row);
      await scheduler.settle();
    },
    markFraudulent(order) {
      const row = getOrThrow(state.orders, order);
      row.status = "fraudulent";
      row.updatedAt = clock.second();
    },
  };
}
