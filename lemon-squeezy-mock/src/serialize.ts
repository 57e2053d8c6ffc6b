import type { Catalogue } from "./catalogue.ts";
import type { Checkout, Customer, Invoice, Mode, Order, Subscription, Variant, MockState } from "./types.ts";
import { getOrThrow } from "./state-file.ts";

const API = "https://api.lemonsqueezy.com/v1";

export interface Resource {
  readonly type: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships: Readonly<Record<string, unknown>>;
  readonly links: { readonly self: string };
}

const moment = (at: number | null) => (at === null ? null : new Date(at).toISOString().replace(/\.\d+Z$/, ".000000Z"));
const formatted = (cents: number, currency: string) => new Intl.NumberFormat("en-US", { style: "currency", currency }).format(cents / 100);
const label = (status: string) => `${status.charAt(0).toUpperCase()}${status.slice(1).replaceAll("_", " ")}`;

function resource(type: string, id: number | string, attributes: Record<string, unknown>, related: readonly string[]): Resource {
  const self = `${API}/${type}/${id}`;
  const relationships = Object.fromEntries(related.map((name) => [name, { links: { related: `${self}/${name}`, self: `${self}/relationships/${name}` } }]));
  return { type, id: String(id), attributes, relationships, links: { self } };
}
const stamps = (row: { createdAt: number; updatedAt: number; mode: Mode }) => ({
  created_at: moment(row.createdAt),
  updated_at: moment(row.updatedAt),
  test_mode: row.mode === "test",
});

const cardOf = ({ card }: Subscription) => (card === "paypal" ? { card_brand: null, card_last_four: null } : { card_brand: "visa", card_last_four: "4242" });

function money(row: Order | Invoice) {
  const amounts = { subtotal: row.subtotal, discount_total: 0, tax: row.tax, total: row.total, refunded_amount: row.refundedAmount };
  const entries = Object.entries(amounts);
  return {
    currency: row.currency,
    currency_rate: "1.00000000",
    ...amounts,
    ...Object.fromEntries(entries.map(([name, cents]) => [`${name}_usd`, cents])),
    ...Object.fromEntries(entries.map(([name, cents]) => [`${name}_formatted`, formatted(cents, row.currency)])),
    tax_inclusive: false,
    status: row.status,
    status_formatted: label(row.status),
    refunded: row.total > 0 && row.refundedAmount >= row.total,
    refunded_at: moment(row.refundedAt),
  };
}

function catalogued(row: Variant, name: string): Record<string, unknown> {
  return {
    store_id: row.storeId,
    product_id: row.productId,
    name,
    status: "published",
    price: row.price,
    is_subscription: row.interval !== null,
    interval: row.interval,
    interval_count: row.interval === null ? null : 1,
    has_free_trial: row.trialDays > 0,
    trial_interval: "day",
    trial_interval_count: row.trialDays,
    test_mode: row.mode === "test",
  };
}

/** Writes rows in the format of Lemon Squeezy, which is the same in its API and in its deliveries. */
export function createSerializer(
  state: MockState,
  { stores, variants }: Catalogue,
  links: (subscription: Subscription) => Record<string, string>,
  url: () => string,
) {
  const customerOf = (id: number) => getOrThrow<Customer>(state.customers, id);
  const buyer = (id: number) => ({ user_name: customerOf(id).name, user_email: customerOf(id).email });
  function variantOf(id: number): Variant {
    const variant = variants.find((one) => one.id === id);
    if (!variant) throw new Error(`There is no variant ${id}.`);
    return variant;
  }

  return {
    subscription(row: Subscription): Resource {
      const variant = variantOf(row.variantId);
      const attributes = {
        store_id: row.storeId,
        customer_id: row.customerId,
        order_id: row.orderId,
        order_item_id: row.orderItemId,
        product_id: variant.productId,
        variant_id: row.variantId,
        product_name: row.productName,
        variant_name: variant.name,
        ...buyer(row.customerId),
        status: row.status,
        status_formatted: label(row.status),
        ...cardOf(row),
        payment_processor: row.card === "paypal" ? "paypal" : "stripe",
        pause: row.pause && { mode: row.pause.mode, resumes_at: moment(row.pause.resumesAt) },
        cancelled: row.endsAt !== null,
        trial_ends_at: moment(row.trialEndsAt),
        billing_anchor: row.billingAnchor,
        first_subscription_item: { id: row.itemId, subscription_id: row.id, price_id: row.variantId, quantity: 1, is_usage_based: false, ...stamps(row) },
        urls: links(row),
        renews_at: moment(row.renewsAt),
        ends_at: moment(row.endsAt),
        ...stamps(row),
      };
      const related = ["store", "customer", "order", "order-item", "product", "variant", "subscription-items", "subscription-invoices"];
      return resource("subscriptions", row.id, attributes, related);
    },

    order(row: Order): Resource {
      const variant = variantOf(row.variantId);
      const names = { product_name: row.productName, variant_name: variant.name };
      const item = { id: row.itemId, order_id: row.id, product_id: variant.productId, variant_id: variant.id, ...names, price: row.subtotal, ...stamps(row) };
      const attributes = {
        store_id: row.storeId,
        customer_id: row.customerId,
        identifier: row.identifier,
        order_number: row.number,
        ...buyer(row.customerId),
        setup_fee: 0,
        ...money(row),
        tax_name: row.taxRate ? "VAT" : "",
        tax_rate: row.taxRate.toFixed(2),
        first_order_item: item,
        urls: { receipt: `${url()}/receipt/${row.identifier}` },
        ...stamps(row),
      };
      return resource("orders", row.id, attributes, ["store", "customer", "order-items", "subscriptions", "license-keys", "discount-redemptions"]);
    },

    invoice(row: Invoice): Resource {
      const subscription = getOrThrow<Subscription>(state.subscriptions, row.subscriptionId);
      const attributes = {
        store_id: row.storeId,
        subscription_id: row.subscriptionId,
        customer_id: row.customerId,
        ...buyer(row.customerId),
        billing_reason: row.reason,
        ...cardOf(subscription),
        ...money(row),
        urls: { invoice_url: `${url()}/invoice/${row.id}` },
        ...stamps(row),
      };
      return resource("subscription-invoices", row.id, attributes, ["store", "subscription", "customer"]);
    },

    checkout(row: Checkout, address: string): Resource {
      const attributes = {
        store_id: row.storeId,
        variant_id: row.variantId,
        custom_price: row.customPrice,
        product_options: row.productOptions,
        checkout_options: row.checkoutOptions,
        checkout_data: row.checkoutData,
        preview: false,
        expires_at: moment(row.expiresAt),
        url: address,
        ...stamps(row),
      };
      return resource("checkouts", row.id, attributes, ["store", "variant"]);
    },

    store: (id: number) => {
      const store = stores.find((one) => one.id === id);
      return store && resource("stores", id, { name: store.name, currency: store.currency, slug: `store-${id}` }, ["products", "orders", "subscriptions"]);
    },
    variant: (row: Variant) => resource("variants", row.id, catalogued(row, row.name), ["product", "files", "price-model"]),
    product: (row: Variant) => resource("products", row.productId, catalogued(row, row.productName), ["store", "variants"]),
  };
}

export type Serializer = ReturnType<typeof createSerializer>;
