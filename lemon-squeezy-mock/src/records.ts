import type { Catalogue } from "./catalogue.ts";
import type { Clock } from "./clock.ts";
import type { Serializer } from "./serialize.ts";
import type { Interval, Invoice, Order, Subscription, Variant, MockState } from "./types.ts";
import { getOrThrow } from "./state-file.ts";
import type { WebhookEvent, Webhooks } from "./webhooks.ts";

/** The parts of the mock that all of its functions work with. */
export interface MockContext {
  readonly state: MockState;
  readonly clock: Clock;
  readonly catalogue: Catalogue;
  readonly serialize: Serializer;
  readonly webhooks: Webhooks;
}

export const DAY_MS = 86_400_000;

export function variantOf({ catalogue }: MockContext, id: number): Variant {
  return getOrThrow(catalogue.variants, id);
}

/** The renewal interval of a subscription. @throws Error for a variant that is paid once */
export function intervalOf(mock: MockContext, { variantId }: Pick<Subscription, "variantId">): Interval {
  const { interval } = variantOf(mock, variantId);
  if (interval === null) throw new Error(`Variant ${variantId} is paid once.`);
  return interval;
}

export const subscriptionEvent = ({ serialize }: MockContext, event: string, row: Subscription): WebhookEvent => ({
  event,
  resource: serialize.subscription(row),
  storeId: row.storeId,
  mode: row.mode,
  custom: row.custom,
});

export const orderEvent = ({ serialize }: MockContext, event: string, row: Order): WebhookEvent => ({
  event,
  resource: serialize.order(row),
  storeId: row.storeId,
  mode: row.mode,
  custom: row.custom,
});

export const invoiceEvent = ({ serialize }: MockContext, event: string, row: Invoice): WebhookEvent => ({
  event,
  resource: serialize.invoice(row),
  storeId: row.storeId,
  mode: row.mode,
});

/** Announces a change under the given event names and, in the same second, as `subscription_updated`. */
export function announceChange(mock: MockContext, row: Subscription, ...events: string[]): void {
  row.updatedAt = mock.clock.second();
  mock.webhooks.announce([...events, "subscription_updated"].map((event) => subscriptionEvent(mock, event, row)));
}

export const taxOf = (price: number, rate: number): number => Math.round((price * rate) / 100);

export function addInvoice(
  mock: MockContext,
  row: Subscription,
  { reason, status, subtotal }: { reason: Invoice["reason"]; status: "pending" | "paid"; subtotal: number },
): Invoice {
  const { state, clock } = mock;
  const at = clock.second();
  const tax = taxOf(subtotal, row.taxRate);
  const currency = mock.catalogue.stores.find(({ id }) => id === row.storeId)?.currency ?? "USD";
  const invoice: Invoice = {
    id: state.nextId++,
    storeId: row.storeId,
    mode: row.mode,
    createdAt: at,
    updatedAt: at,
    customerId: row.customerId,
    subscriptionId: row.id,
    reason,
    status,
    currency,
    subtotal,
    tax,
    taxRate: row.taxRate,
    total: subtotal + tax,
    refundedAmount: 0,
    refundedAt: null,
  };
  state.invoices.push(invoice);
  return invoice;
}
