import { keepResource, lockResource, type ResourceName, type Resources } from "../kept-resources.ts";
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
export async function apply(scene: Scene, { kind, resource }: Said, { isFetched, intentId }: SaidBy): Promise<Outcome | undefined> {
  const { tx, provider, mode, cause, now } = scene;
  const name: ResourceName = { provider, mode, kind, id: resource.id };
  await lockResource(tx, name);
  const isNews = await keepResource(tx, name, resource as never, { isFetched, cause: cause.kind === "webhook" ? cause.id : null, now });
  if (!isNews) return undefined;
  switch (kind) {
    case "order":
      return applyOrder(scene, resource, intentId);
    case "subscription":
      return applySubscription(scene, resource);
    default:
      return applyInvoice(scene, resource);
  }
}
