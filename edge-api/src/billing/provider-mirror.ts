import type { Tx } from "../db/database.ts";
import type { BillingMode, BillingProvider, ProviderInvoice, ProviderOrder, ResourceByKind, ResourceKind, Snapshot } from "./provider.ts";

/*
 * The provider mirror (table billing_resources): the last known state of each resource of the provider, and the checkout, agency and
 * subscription of ours that it belongs to.
 */

export interface ResourceKey<Kind extends ResourceKind = ResourceKind> {
  readonly provider: BillingProvider["name"];
  readonly mode: BillingMode;
  readonly kind: Kind;
  readonly id: string;
}

/** A mirrored resource. The ids are `null` until it was bound to a checkout of ours. */
export interface MirroredResource<Kind extends ResourceKind> {
  readonly resource: ResourceByKind[Kind];
  readonly intentId: string | null;
  readonly agencyId: string | null;
  readonly subscriptionId: string | null;
}

const AMOUNTS = new Set(["subtotal", "discount", "tax", "total", "refunded"]);
const toState = (resource: ResourceByKind[ResourceKind]): string =>
  JSON.stringify(resource, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
const fromState = <Kind extends ResourceKind>(state: object): ResourceByKind[Kind] =>
  Object.fromEntries(
    Object.entries(state).map(([name, value]) => [name, AMOUNTS.has(name) ? BigInt(value as string) : value]),
  ) as unknown as ResourceByKind[Kind];

/** Locks a resource until the end of the transaction. Several are locked parents first: order, subscription, invoice. */
export const lockResource = (tx: Tx, { provider, mode, kind, id }: ResourceKey) =>
  tx`select pg_advisory_xact_lock(hashtextextended(${`${provider} ${mode} ${kind} ${id}`}, 0))`;

export async function readMirrored<Kind extends ResourceKind>(
  tx: Tx,
  { provider, mode, kind, id }: ResourceKey<Kind>,
): Promise<MirroredResource<Kind> | undefined> {
  const [row] = await tx`
    select state, intent_id, agency_id, subscription_id from billing_resources where provider = ${provider} and mode = ${mode} and kind = ${kind} and id = ${id}`;
  if (!row) return undefined;
  return {
    resource: fromState<Kind>(row.state as object),
    intentId: row.intent_id as string | null,
    agencyId: row.agency_id as string | null,
    subscriptionId: row.subscription_id as string | null,
  };
}

const CHILD_KINDS = { order: "subscription", subscription: "invoice", invoice: undefined } as const;

/** Locks and reads the mirrored resources whose parent this is: the subscriptions of an order, the invoices of a subscription. */
export async function readChildren(tx: Tx, { provider, mode, kind, id: parentId }: ResourceKey): Promise<Snapshot[]> {
  const childKind = CHILD_KINDS[kind];
  if (!childKind) return [];
  const rows = await tx`
    select id from billing_resources where provider = ${provider} and mode = ${mode} and kind = ${childKind} and parent_id = ${parentId} order by id`;
  const children: Snapshot[] = [];
  for (const { id } of rows) {
    const key = { provider, mode, kind: childKind, id: id as string };
    await lockResource(tx, key);
    const child = await readMirrored<ResourceKind>(tx, key);
    if (child) children.push({ kind: childKind, resource: child.resource } as Snapshot);
  }
  return children;
}

/** The order of a subscription, the subscription of an invoice; `undefined` for an order. */
export function parentOf({ kind, resource }: Snapshot): { readonly kind: ResourceKind; readonly id: string } | undefined {
  if (kind === "subscription") return { kind: "order", id: resource.orderId };
  return kind === "invoice" ? { kind: "subscription", id: resource.subscriptionId } : undefined;
}

/** Two different states of one resource with the same moment: it is not known which one is newer. */
export class AmbiguousStateError extends Error {
  override readonly name = "AmbiguousStateError";
}

/**
 * Stores a snapshot unless the mirror holds the same state or a newer one. The resource must be locked.
 * @param isFetched read from the provider just now: of two states with the same moment it is the newer one
 * @returns `first` for a resource that the mirror did not know, `newer` for a new state, `undefined` if nothing was stored
 * @throws AmbiguousStateError
 */
export async function updateMirror(
  tx: Tx,
  { provider, mode, kind, id }: ResourceKey,
  snapshot: Snapshot,
  { isFetched, cause, now }: { readonly isFetched: boolean; readonly cause: string | null; readonly now: Date },
): Promise<"first" | "newer" | undefined> {
  const { resource } = snapshot;
  const known = await readMirrored<ResourceKind>(tx, { provider, mode, kind, id });
  const state = toState(resource);
  if (known) {
    const before = toState(known.resource);
    if (isSameState(before, state) || known.resource.updatedAt > resource.updatedAt) return undefined;
    if (known.resource.updatedAt === resource.updatedAt && !isFetched) throw new AmbiguousStateError(`${kind} ${id} has two states of ${resource.updatedAt}.`);
  }
  await tx`
    insert into billing_resources (provider, mode, kind, id, store, state, provider_updated_at, parent_id, cause, seen_at)
    values (${provider}, ${mode}, ${kind}, ${id}, ${resource.storeId}, ${state}::text::jsonb, ${resource.updatedAt}, ${parentOf(snapshot)?.id ?? null}, ${cause}, ${now})
    on conflict (provider, mode, kind, id) do update
      set state = excluded.state, provider_updated_at = excluded.provider_updated_at, parent_id = excluded.parent_id, cause = excluded.cause, seen_at = excluded.seen_at`;
  return known ? "newer" : "first";
}

/** Compares by content: jsonb stores keys in an order of its own. */
const isSameState = (one: string, other: string): boolean => sortKeys(one) === sortKeys(other);
const sortKeys = (state: string): string => JSON.stringify(Object.entries(JSON.parse(state) as object).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Records what a resource belongs to. */
export const bindResource = (
  tx: Tx,
  { provider, mode, kind, id }: ResourceKey,
  to: { readonly intentId: string | null; readonly agencyId: string; readonly subscriptionId: string },
) =>
  tx`update billing_resources set intent_id = coalesce(intent_id, ${to.intentId}), agency_id = ${to.agencyId}, subscription_id = ${to.subscriptionId}
    where provider = ${provider} and mode = ${mode} and kind = ${kind} and id = ${id}`;

export type MirroredPayment = { readonly kind: "order"; readonly resource: ProviderOrder } | { readonly kind: "invoice"; readonly resource: ProviderInvoice };

/** The orders and invoices that are bound to a subscription of ours, newest first. */
export async function readPayments(tx: Tx, subscriptionId: string, limit: number): Promise<MirroredPayment[]> {
  const rows = await tx`
    select kind, state from billing_resources where subscription_id = ${subscriptionId} and kind in ('order', 'invoice')
    order by state ->> 'createdAt' desc limit ${limit}`;
  return rows.map(({ kind, state }) => ({ kind, resource: fromState(state as object) }) as MirroredPayment);
}

/** The orders and invoices of a subscription of ours that its present order or provider subscription brought, in no order. */
export async function readCurrentPayments(tx: Tx, subscriptionId: string): Promise<MirroredPayment[]> {
  const rows = await tx`
    select r.kind, r.state from billing_resources r join agency_module_subscriptions s on s.id = r.subscription_id
    where r.subscription_id = ${subscriptionId}
      and (r.kind = 'order' and r.id = s.provider_order_id or r.kind = 'invoice' and r.parent_id = s.provider_subscription_id)`;
  return rows.map(({ kind, state }) => ({ kind, resource: fromState(state as object) }) as MirroredPayment);
}
