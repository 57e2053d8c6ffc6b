import { updateMirror, lockResource, readChildren, readMirrored, type ResourceKey, type ResourceByKind } from "../provider-mirror.ts";
import type { ResourceKind } from "../webhook/delivery.ts";
import { applyInvoice } from "./apply-invoice.ts";
import { applyOrder } from "./apply-order.ts";
import { applySubscription } from "./apply-subscription.ts";
import type { Outcome, EffectContext } from "./effect-context.ts";

/** A resource as somebody said it is. */
export type Snapshot = { [Kind in ResourceKind]: { readonly kind: Kind; readonly resource: ResourceByKind[Kind] } }[ResourceKind];

export interface SnapshotOrigin {
  /** Read from the provider just now, and not told by a delivery. */
  readonly isFetched: boolean;
  /** Of the checkout, when whoever said it named one. */
  readonly intentId?: string | undefined;
}

/**
 * Takes one state of one resource in: kept if it is news, with all that follows from it in the same transaction. What was known
 * already, or is older, changes nothing.
 * @returns what was concluded, `undefined` when it was no news
 * @throws MissingResourceError, AmbiguousOrder
 */
export async function applySnapshot(context: EffectContext, snapshot: Snapshot, { isFetched, intentId }: SnapshotOrigin): Promise<Outcome | undefined> {
  const { tx, provider, mode, cause, now } = context;
  const { kind, resource } = snapshot;
  const name: ResourceKey = { provider, mode, kind, id: resource.id };
  const orderId = kind === "order" ? resource.id : kind === "subscription" ? resource.orderId : undefined;
  const order: ResourceKey<"order"> | undefined = intentId !== undefined && orderId !== undefined ? { provider, mode, kind: "order", id: orderId } : undefined;
  // Always in this order: two that wait for one another would wait for ever.
  if (order) await lockResource(tx, order);
  if (kind !== "order" || !order) await lockResource(tx, name);
  const isNews = await updateMirror(tx, name, resource as never, { isFetched, cause: cause.kind === "webhook" ? cause.id : null, now });
  const settled = order && (await applyStoredOrder(context, order, intentId as string));
  return settled ?? (isNews ? applyEffects(context, snapshot, intentId) : undefined);
}

function applyEffects(context: EffectContext, { kind, resource }: Snapshot, intentId: string | undefined): Promise<Outcome> {
  switch (kind) {
    case "order":
      return applyOrder(context, resource, intentId);
    case "subscription":
      return applySubscription(context, resource);
    default:
      return applyInvoice(context, resource);
  }
}

/**
 * An order that was heard of by somebody who did not know its checkout, an invoice for example, and was kept without effect: now
 * that the checkout is named, all that is known of it takes effect.
 * @returns nothing for an order that nobody knows, or whose checkout was known
 */
async function applyStoredOrder(context: EffectContext, name: ResourceKey<"order">, intentId: string): Promise<Outcome | undefined> {
  const order = await readMirrored(context.tx, name);
  if (!order || order.intentId !== null) return undefined;
  let outcome = await applyOrder(context, order.resource, intentId);
  for (const subscription of await readChildren(context.tx, { ...name, kind: "subscription" }, name.id)) {
    outcome = await applySubscription(context, subscription);
    for (const invoice of await readChildren(context.tx, { ...name, kind: "invoice" }, subscription.id)) await applyInvoice(context, invoice);
  }
  return outcome;
}
