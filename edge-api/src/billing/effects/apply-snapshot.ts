import { lockResource, parentOf, readChildren, readMirrored, type ResourceKey, updateMirror } from "../provider-mirror.ts";
import type { ResourceKind, Snapshot } from "../provider.ts";
import { applyInvoice } from "./apply-invoice.ts";
import { applyOrder } from "./apply-order.ts";
import { applySubscription } from "./apply-subscription.ts";
import type { EffectContext, Outcome } from "./effect-context.ts";

export interface SnapshotOrigin {
  /** Read from the provider just now, and not from the body of a delivery. */
  readonly isFetched: boolean;
  /** The checkout that the delivery named. */
  readonly intentId?: string | undefined;
}

/** A resource that took effect. */
export interface AppliedResource {
  readonly kind: ResourceKind;
  readonly id: string;
  readonly outcome: Outcome;
}

export interface SnapshotResult {
  /** Parents before children; empty if the snapshot brought nothing new. */
  readonly applied: readonly AppliedResource[];
  /** The parent that the mirror does not hold yet. The resource is mirrored, and takes effect together with its parent. */
  readonly waitsFor?: { readonly kind: ResourceKind; readonly id: string };
}

/**
 * Mirrors one state of one resource and applies its effects in the same transaction. A state that is known already or older changes
 * nothing. Resources may come in any order: what came before its parent, or belongs to an order whose checkout was not known, takes
 * effect when the parent arrives or the checkout is named.
 * @throws AmbiguousStateError
 */
export async function applySnapshot(context: EffectContext, snapshot: Snapshot, { isFetched, intentId }: SnapshotOrigin): Promise<SnapshotResult> {
  const { tx, provider, mode, cause, now } = context;
  const key: ResourceKey = { provider, mode, kind: snapshot.kind, id: snapshot.resource.id };
  const parentId = parentOf(snapshot);
  const parentKey: ResourceKey | undefined = parentId && { provider, mode, ...parentId };
  // Always parents first: otherwise two transactions could wait for each other. The parent's lock also makes it impossible that parent and
  // child arrive at the same time and neither sees the other.
  if (parentKey) await lockResource(tx, parentKey);
  await lockResource(tx, key);
  const change = await updateMirror(tx, key, snapshot, { isFetched, cause: cause.kind === "webhook" ? cause.id : null, now });

  const orderKey = snapshot.kind === "order" ? key : snapshot.kind === "subscription" ? parentKey : undefined;
  const lateOrder = orderKey && intentId !== undefined ? await findOrderWithoutCheckout(context, orderKey) : undefined;
  if (lateOrder) return { applied: await applyTree(context, await lockTree(context, lateOrder), intentId) };
  if (parentKey && parentId && !(await readMirrored(tx, parentKey))) return { applied: [], waitsFor: parentId };
  if (!change) return { applied: [] };
  // Children that are known before their parent have had no effect yet.
  const tree = change === "first" ? await lockTree(context, snapshot) : { snapshot, children: [] };
  return { applied: await applyTree(context, tree, intentId) };
}

/** A mirrored order that is bound to no checkout: it was learnt of through an invoice, for example. */
async function findOrderWithoutCheckout({ tx }: EffectContext, key: ResourceKey): Promise<Snapshot | undefined> {
  const order = await readMirrored(tx, key as ResourceKey<"order">);
  return order?.intentId === null ? { kind: "order", resource: order.resource } : undefined;
}

interface SnapshotTree {
  readonly snapshot: Snapshot;
  readonly children: readonly SnapshotTree[];
}

/** Locks a resource's mirrored descendants, which must happen before the first row of a subscription is locked. */
async function lockTree(context: EffectContext, snapshot: Snapshot): Promise<SnapshotTree> {
  const { tx, provider, mode } = context;
  const children: SnapshotTree[] = [];
  for (const child of await readChildren(tx, { provider, mode, kind: snapshot.kind, id: snapshot.resource.id })) children.push(await lockTree(context, child));
  return { snapshot, children };
}

async function applyTree(context: EffectContext, { snapshot, children }: SnapshotTree, intentId?: string): Promise<AppliedResource[]> {
  const applied: AppliedResource[] = [{ kind: snapshot.kind, id: snapshot.resource.id, outcome: await applyEffects(context, snapshot, intentId) }];
  for (const child of children) applied.push(...(await applyTree(context, child)));
  return applied;
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
