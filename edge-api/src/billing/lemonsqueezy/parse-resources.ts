import { z } from "zod";
import { type BillingMode, PROVIDER_STATUSES, type ProviderInvoice, type ProviderOrder, type ProviderSubscription } from "../provider.ts";

/*
 * Parses the JSON:API resources of Lemon Squeezy, in answers and in deliveries, into the neutral types of the port. Fields that we do not
 * use may be missing or have any type. Fields that older samples lack may be missing too. Ids are numbers there and strings here.
 */

const Id = z.union([z.string().min(1), z.number().int()]).transform(String);
/** With or without microseconds and Z. Converted to ISO 8601 with milliseconds, so that two moments can be compared as text. */
const Moment = z.string().transform((text, context) => {
  const at = Date.parse(text);
  if (Number.isFinite(at)) return new Date(at).toISOString();
  context.addIssue({ code: "custom", message: "a moment" });
  return z.NEVER;
});
const MaybeMoment = Moment.nullish().transform((moment) => moment ?? null);
/** Whole minor units. Fields named `*_usd` have fractions, and are not used. */
const Cents = z.number().int().transform(BigInt);
const MaybeCents = Cents.nullish().transform((cents) => cents ?? 0n);
/** Required: if it were guessed, test money could pay for live subscriptions. */
const Mode = z.boolean().transform((isTest): BillingMode => (isTest ? "test" : "live"));

const COMMON = { store_id: Id, customer_id: Id, test_mode: Mode, created_at: Moment, updated_at: Moment };
const MONEY = {
  ...COMMON,
  currency: z.string(),
  subtotal: MaybeCents,
  discount_total: MaybeCents,
  tax: MaybeCents,
  total: Cents,
  refunded_amount: Cents.nullish(),
  refunded: z.boolean().nullish(),
  refunded_at: MaybeMoment,
  status: z.string().nullish(),
};

const resource = <Type extends string, Attributes extends z.ZodRawShape>(type: Type, attributes: Attributes) =>
  z.object({ type: z.literal(type), id: Id, attributes: z.object(attributes) });

const SubscriptionSchema = resource("subscriptions", {
  ...COMMON,
  order_id: Id,
  variant_id: Id,
  status: z.string(),
  pause: z.object({ mode: z.string(), resumes_at: MaybeMoment }).nullish(),
  trial_ends_at: MaybeMoment,
  renews_at: MaybeMoment,
  ends_at: MaybeMoment,
});
const OrderSchema = resource("orders", {
  ...MONEY,
  order_number: z.union([z.string(), z.number()]).transform(String),
  user_email: z.string().nullish(),
  first_order_item: z.object({ variant_id: Id.nullish() }).nullish(),
});
const InvoiceSchema = resource("subscription-invoices", { ...MONEY, subscription_id: Id, billing_reason: z.string().nullish() });

const PAYMENT_STATUSES = ["pending", "failed", "paid", "refunded", "partial_refund", "fraudulent", "void"] as const;
const REASONS = ["initial", "renewal", "updated"] as const;
const oneOf = <Value extends string>(values: readonly Value[], value: unknown): Value | "unknown" => values.find((known) => known === value) ?? "unknown";

/** @throws ZodError if it is not a subscription, or lacks a required field */
export function parseSubscription(value: unknown): ProviderSubscription {
  const { id, attributes } = SubscriptionSchema.parse(value);
  const { pause } = attributes;
  return {
    id,
    ...common(attributes),
    orderId: attributes.order_id,
    variantId: attributes.variant_id,
    status: oneOf(PROVIDER_STATUSES, attributes.status),
    // An unknown mode of pausing must not let anything run unpaid.
    pause: pause ? { mode: pause.mode === "free" ? "free" : "void", resumesAt: pause.resumes_at } : null,
    trialEndsAt: attributes.trial_ends_at,
    renewsAt: attributes.renews_at,
    endsAt: attributes.ends_at,
  };
}

/** @throws ZodError as `parseSubscription` */
export function parseOrder(value: unknown): ProviderOrder {
  const { id, attributes } = OrderSchema.parse(value);
  return {
    id,
    ...payment(attributes),
    email: attributes.user_email ?? null,
    number: attributes.order_number,
    variantId: attributes.first_order_item?.variant_id ?? null,
  };
}

/** @throws ZodError as `parseSubscription` */
export function parseInvoice(value: unknown): ProviderInvoice {
  const { id, attributes } = InvoiceSchema.parse(value);
  return { id, ...payment(attributes), subscriptionId: attributes.subscription_id, reason: oneOf(REASONS, attributes.billing_reason) };
}

type Common = z.output<z.ZodObject<typeof COMMON>>;
type Money = z.output<z.ZodObject<typeof MONEY>>;

function common({ store_id, customer_id, test_mode, created_at, updated_at }: Common) {
  return { storeId: store_id, customerId: customer_id, mode: test_mode, createdAt: created_at, updatedAt: updated_at };
}

function payment(money: Money) {
  const { total } = money;
  // Older samples have only a flag for a full refund, and no amount.
  const refunded = money.refunded_amount ?? (money.refunded ? total : 0n);
  return {
    ...common(money),
    currency: money.currency,
    subtotal: money.subtotal,
    discount: money.discount_total,
    tax: money.tax,
    total,
    refunded,
    refundedAt: money.refunded_at,
    status: paymentStatus(money.status, total, refunded),
  };
}

/** A partly refunded order is `paid` in some answers and `partial_refund` in others, so the amounts decide. */
function paymentStatus(given: string | null | undefined, total: bigint, refunded: bigint): ProviderOrder["status"] {
  const status = oneOf(PAYMENT_STATUSES, given);
  if (status !== "paid" || refunded === 0n) return status;
  return refunded >= total ? "refunded" : "partial_refund";
}
