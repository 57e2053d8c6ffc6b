import { keepResource, lockResource, readChildren, readKept, type ResourceName, type Resources } from "../kept-resources.ts";
import type { ResourceKind } from "../webhook/delivery.ts";
import { applyInvoice } from "./apply-invoice.ts";
import { applyOrder } from "./apply-order.ts";
import { applySubscription } from "./apply-subscription.ts";
import type { Outcome, Scene } from "./effect.ts";

/** A resource as somebody said it is. */
export type Said = { [Kind in ResourceKind]: { readonly kind: Kind; readonly resource: Resources[Kind] } }[ResourceKind];

export interface SaidBy {
  /** Read from the provider just now, and not told by a delivery. */
  readonly isFetched: boolean;
  /** Of the checkout, when whoever said it named one. */
  readonly intentId?: string | undefined;
}

/**
 * Takes one state of one resource in: kept if it is news, with all that follows from it in the same transaction. What was known
 * already, or is older, changes nothing.
 * @returns what was concluded, `undefined` when it was no news
 * @throws WaitingFor, AmbiguousOrder
 */
export async function apply(scene: Scene, said: Said, { isFetched, intentId }: SaidBy): Promise<Outcome | undefined> {
  const { tx, provider, mode, cause, now } = scene;
  const { kind, resource } = said;
  const name: ResourceName = { provider, mode, kind, id: resource.id };
  const orderId = kind === "order" ? resource.id : kind === "subscription" ? resource.orderId : undefined;
  const order: ResourceName<"order"> | undefined = intentId !== undefined && orderId !== undefined ? { provider, mode, kind: "order", id: orderId } : undefined;
  // Always in this order: two that wait for one another would wait for ever.
  if (order) await lockResource(tx, order);
  if (kind !== "order" || !order) await lockResource(tx, name);
  const isNews = await keepResource(tx, name, resource as never, { isFetched, cause: cause.kind === "webhook" ? cause.id : null, now });
  const settled = order && (await settleOrder(scene, order, intentId as string));
  return settled ?? (isNews ? follow(scene, said, intentId) : undefined);
}

function follow(scene: Scene, { kind, resource }: Said, intentId: string | undefined): Promise<Outcome> {
  switch (kind) {
    case "order":
      return applyOrder(scene, resource, intentId);
    case "subscription":
      return applySubscription(scene, resource);
    default:
      return applyInvoice(scene, resource);
  }
}

/**
 * An order that was heard of by somebody who did not know its checkout, an invoice for example, and was kept without effect: now
 * that the checkout is named, all that is known of it takes effect.
 * @returns nothing for an order that nobody knows, or whose checkout was known
 */
async function settleOrder(scene: Scene, name: ResourceName<"order">, intentId: string): Promise<Outcome | undefined> {
  const order = await readKept(scene.tx, name);
  if (!order || order.intentId !== null) return undefined;
  let outcome = await applyOrder(scene, order.resource, intentId);
  for (const subscription of await readChildren(scene.tx, { ...name, kind: "subscription" }, name.id)) {
    outcome = await applySubscription(scene, subscription);
    for (const invoice of await readChildren(scene.tx, { ...name, kind: "invoice" }, subscription.id)) await applyInvoice(scene, invoice);
  }
  return outcome;
}
