import { randomUUID } from "node:crypto";
import { aboutInvoice, aboutOrder, aboutSubscription, addInvoice, DAY_MS, type Stand, taxOf, variantOf } from "./book.ts";
import { addInterval } from "./clock.ts";
import type { Card, Checkout, Custom, Customer, Order, Subscription } from "./types.ts";

/** What a buyer fills in. */
export interface Buyer {
  readonly email: string;
  readonly name: string;
  readonly card: Card;
  /** Percent of VAT where the buyer lives. */
  readonly taxRate: number;
  /** Another of the variants that the checkout offers. */
  readonly variantId?: number;
  /** What the address of the page carried: buyers can edit it, and here it wins over what the checkout was made with. */
  readonly custom?: Custom;
}

/** Variants that a checkout offers: every one of the product, unless it was made with a list. */
export function offeredBy(stand: Stand, { variantId, productOptions }: Checkout) {
  const own = variantOf(stand, variantId);
  const enabled = productOptions.enabled_variants ?? [];
  const all = stand.catalogue.variants.filter(({ productId, mode }) => productId === own.productId && mode === own.mode);
  return enabled.length ? all.filter(({ id }) => enabled.includes(id)) : all;
}

export function priceOf(stand: Stand, checkout: Checkout, variantId: number): number {
  return variantId === checkout.variantId && checkout.customPrice !== null ? checkout.customPrice : variantOf(stand, variantId).price;
}

/** What a checkout came to. */
export interface Purchase {
  readonly order: Order;
  /** `undefined`: it was paid once, and nothing renews. */
  readonly subscription: Subscription | undefined;
}

/**
 * Pays a checkout. Three deliveries follow, two where a trial comes first, the order's alone where it is paid once.
 * @throws Error with a sentence for the buyer
 */
export function purchase(stand: Stand, checkout: Checkout, buyer: Buyer): Purchase {
  const { world, clock, webhooks } = stand;
  const at = clock.second();
  if (checkout.expiresAt !== null && checkout.expiresAt <= at) throw new Error("This checkout has expired.");
  if (buyer.card === "declined") throw new Error("Your card was declined.");
  const variant = offeredBy(stand, checkout).find(({ id }) => id === (buyer.variantId ?? checkout.variantId));
  if (!variant) throw new Error("This checkout does not offer that.");

  const price = priceOf(stand, checkout, variant.id);
  const trialEndsAt = variant.trialDays ? at + variant.trialDays * DAY_MS : null;
  const paid = trialEndsAt === null ? price : 0;
  const tax = taxOf(paid, buyer.taxRate);
  const row = { storeId: checkout.storeId, mode: checkout.mode, createdAt: at, updatedAt: at, customerId: customerOf(stand, checkout, buyer).id };
  const common = { ...row, variantId: variant.id, productName: checkout.productOptions.name ?? variant.productName, taxRate: buyer.taxRate };
  const custom = { ...checkout.checkoutData.custom, ...buyer.custom };
  const order: Order = {
    id: world.nextId++,
    ...common,
    identifier: randomUUID(),
    number: world.orders.length + 1,
    itemId: world.nextId++,
    custom,
    currency: stand.catalogue.stores.find(({ id }) => id === checkout.storeId)?.currency ?? "USD",
    subtotal: paid,
    tax,
    total: paid + tax,
    status: "paid",
    refundedAmount: 0,
    refundedAt: null,
  };
  world.orders.push(order);
  if (variant.interval === null) {
    webhooks.announce([aboutOrder(stand, "order_created", order)]);
    return { order, subscription: undefined };
  }
  const billingAnchor = new Date(trialEndsAt ?? at).getUTCDate();
  const subscription: Subscription = {
    id: world.nextId++,
    ...common,
    orderId: order.id,
    orderItemId: order.itemId,
    itemId: world.nextId++,
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
  world.subscriptions.push(subscription);
  const told = [aboutOrder(stand, "order_created", order), aboutSubscription(stand, "subscription_created", subscription)];
  if (trialEndsAt === null) told.push(aboutInvoice(stand, "subscription_payment_success", addInvoice(stand, subscription, "initial", "paid", price)));
  webhooks.announce(told);
  return { order, subscription };
}

function customerOf({ world, clock }: Stand, { storeId, mode }: Checkout, { email, name }: Buyer): Customer {
  const known = world.customers.find((one) => one.email === email && one.storeId === storeId && one.mode === mode);
  if (known) return known;
  const made: Customer = { id: world.nextId++, storeId, mode, name, email, createdAt: clock.second(), updatedAt: clock.second() };
  world.customers.push(made);
  return made;
}
