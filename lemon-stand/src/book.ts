import type { Catalogue } from "./catalogue.ts";
import type { Clock } from "./clock.ts";
import type { Presenter } from "./present.ts";
import type { Interval, Invoice, Order, Subscription, Variant, World } from "./types.ts";
import { demand } from "./world.ts";
import type { Happening, Webhooks } from "./webhooks.ts";

/** Everything that happens in the stand-in happens to these. */
export interface Stand {
  readonly world: World;
  readonly clock: Clock;
  readonly catalogue: Catalogue;
  readonly present: Presenter;
  readonly webhooks: Webhooks;
}

export const DAY_MS = 86_400_000;

export function variantOf({ catalogue }: Stand, id: number): Variant {
  return demand(catalogue.variants, id);
}

/** How often a subscription renews. @throws Error for a variant that is paid once: nothing renews it */
export function intervalOf(stand: Stand, { variantId }: Pick<Subscription, "variantId">): Interval {
  const { interval } = variantOf(stand, variantId);
  if (interval === null) throw new Error(`Variant ${variantId} is paid once.`);
  return interval;
}

export const aboutSubscription = ({ present }: Stand, event: string, row: Subscription): Happening => ({
  event,
  resource: present.subscription(row),
  storeId: row.storeId,
  mode: row.mode,
  custom: row.custom,
});

export const aboutOrder = ({ present }: Stand, event: string, row: Order): Happening => ({
  event,
  resource: present.order(row),
  storeId: row.storeId,
  mode: row.mode,
  custom: row.custom,
});

export const aboutInvoice = ({ present }: Stand, event: string, row: Invoice): Happening => ({
  event,
  resource: present.invoice(row),
  storeId: row.storeId,
  mode: row.mode,
});

/** What has changed is told under the names given and, in the same second, as `subscription_updated`. */
export function tellChange(stand: Stand, row: Subscription, ...events: string[]): void {
  row.updatedAt = stand.clock.second();
  stand.webhooks.announce([...events, "subscription_updated"].map((event) => aboutSubscription(stand, event, row)));
}

export const taxOf = (price: number, rate: number): number => Math.round((price * rate) / 100);

export function addInvoice(stand: Stand, row: Subscription, reason: Invoice["reason"], status: "pending" | "paid", subtotal: number): Invoice {
  const { world, clock } = stand;
  const at = clock.second();
  const tax = taxOf(subtotal, row.taxRate);
  const currency = stand.catalogue.stores.find(({ id }) => id === row.storeId)?.currency ?? "USD";
  const invoice: Invoice = {
    id: world.nextId++,
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
  world.invoices.push(invoice);
  return invoice;
}
