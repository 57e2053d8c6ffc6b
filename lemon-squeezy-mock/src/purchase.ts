import { randomUUID } from "node:crypto";
import { invoiceEvent, orderEvent, subscriptionEvent, addInvoice, DAY_MS, type MockContext, taxOf, variantOf } from "./records.ts";
import { addInterval } from "./clock.ts";
import type { Card, Checkout, Custom, Customer, Order, Subscription } from "./types.ts";

/** The fields that a buyer fills in. */
export interface Buyer {
  readonly email: string;
  readonly name: string;
  readonly card: Card;
  /** VAT in percent. */
  readonly taxRate: number;
  /** Another variant that the checkout offers. */
  readonly variantId?: number;
  /** Custom data from the URL of the page. Buyers can edit it, and it replaces the data of the checkout. */
  readonly custom?: Custom;
}

/** The variants that a checkout offers: all of the product, unless it was created with a list. */
export function offeredBy(mock: MockContext, { variantId, productOptions }: Checkout) {
  const own = variantOf(mock, variantId);
  const enabled = productOptions.enabled_variants ?? [];
  const all = mock.catalogue.variants.filter(({ productId, mode }) => productId === own.productId && mode === own.mode);
  return enabled.length ? all.filter(({ id }) => enabled.includes(id)) : all;
}

export function priceOf(mock: MockContext, checkout: Checkout, variantId: number): number {
  return variantId === checkout.variantId && checkout.customPrice !== null ? checkout.customPrice : variantOf(mock, variantId).price;
}

/** The result of paying a checkout. */
export interface Purchase {
  readonly order: Order;
  /** `undefined` if the variant is paid once. */
  readonly subscription: Subscription | undefined;
}

/**
 * Pays a checkout. It sends three deliveries, two if a trial comes first, or only the order's if the variant is paid once.
 * @throws Error with a sentence for the buyer
 */
export function purchase(mock: MockContext, checkout: Checkout, buyer: Buyer): Purchase {
  const { state, clock, webhooks } = mock;
  const at = clock.second();
  if (checkout.expiresAt !== null && checkout.expiresAt <= at) throw new Error("This checkout has expired.");
  if (buyer.card === "declined") throw new Error("Your card was declined.");
  const variant = offeredBy(mock, checkout).find(({ id }) => id === (buyer.variantId ?? checkout.variantId));
  if (!variant) throw new Error("This checkout does not offer that.");

  const price = priceOf(mock, checkout, variant.id);
  const trialEndsAt = variant.trialDays ? at + variant.trialDays * DAY_MS : null;
  const paid = trialEndsAt === null ? price : 0;
  const tax = taxOf(paid, buyer.taxRate);
  const row = { storeId: checkout.storeId, mode: checkout.mode, createdAt: at, updatedAt: at, customerId: customerOf(mock, checkout, buyer).id };
  const common = { ...row, variantId: variant.id, productName: checkout.productOptions.name ?? variant.productName, taxRate: buyer.taxRate };
  const custom = { ...checkout.checkoutData.custom, ...buyer.custom };
  const order: Order = {
    id: state.nextId++,
    ...common,
    identifier: randomUUID(),
    number: state.orders.length + 1,
    itemId: state.nextId++,
    custom,
    currency: mock.catalogue.stores.find(({ id }) => id === checkout.storeId)?.currency ?? "USD",
    subtotal: paid,
    tax,
    total: paid + tax,
    status: "paid",
    refundedAmount: 0,
    refundedAt: null,
  };
  state.orders.push(order);
  if (variant.interval === null) {
    webhooks.announce([orderEvent(mock, "order_created", order)]);
    return { order, subscription: undefined };
  }
  const billingAnchor = new Date(trialEndsAt ?? at).getUTCDate();
  const subscription: Subscription = {
    id: state.nextId++,
    ...common,
    orderId: order.id,
    orderItemId: order.itemId,
    itemId: state.nextId++,
    custom,
    price,
    card: buyer.card,
    status: trialEndsAt === null ? "active" : "on_trial",
    pause: null,
    trialEndsAt,
    billingAnchor,
    renewsAt: trialEndsAt ?? addInterval(at, variant.interval, billingAnchor),
    endsAt: null,
    dunning: null,
  };
  state.subscriptions.push(subscription);
  const events = [orderEvent(mock, "order_created", order), subscriptionEvent(mock, "subscription_created", subscription)];
  if (trialEndsAt === null)
    events.push(invoiceEvent(mock, "subscription_payment_success", addInvoice(mock, subscription, { reason: "initial", status: "paid", subtotal: price })));
  webhooks.announce(events);
  return { order, subscription };
}

function customerOf({ state, clock }: MockContext, { storeId, mode }: Checkout, { email, name }: Buyer): Customer {
  const known = state.customers.find((one) => one.email === email && one.storeId === storeId && one.mode === mode);
  if (known) return known;
  const made: Customer = { id: state.nextId++, storeId, mode, name, email, createdAt: clock.second(), updatedAt: clock.second() };
  state.customers.push(made);
  return made;
}
