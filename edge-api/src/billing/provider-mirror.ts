import type { Tx } from "../db/database.ts";
import type { BillingMode, BillingProvider, ProviderInvoice, ProviderOrder, ProviderSubscription } from "./provider.ts";
import type { ResourceKind } from "./webhook/delivery.ts";

export interface ResourceByKind {
  readonly subscription: ProviderSubscription;
  readonly order: ProviderOrder;
  readonly invoice: ProviderInvoice;
}
type Resource = ResourceByKind[ResourceKind];

/** Where a resource is found. */
export interface ResourceKey<Kind extends ResourceKind = ResourceKind> {
  readonly provider: BillingProvider["name"];
  readonly mode: BillingMode;
  readonly kind: Kind;
  readonly id: string;
}

/** A resource as it was last seen, and what it was found to belong to. */
export interface MirroredResource<Kind extends ResourceKind> {
  readonly resource: ResourceByKind[Kind];
  readonly intentId: string | null;
  readonly agencyId: string | null;
  readonly subscriptionId: string | null;
}

const AMOUNTS = new Set(["subtotal", "discount", "tax", "total", "refunded"]);
const toState = (resource: Resource): string => JSON.stringify(resource, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
const fromState = <Kind extends ResourceKind>(state: object): ResourceByKind[Kind] =>
  Object.fromEntries(
    Object.entries(state).map(([name, value]) => [name, AMOUNTS.has(name) ? BigInt(value as string) : value]),
  ) as unknown as ResourceByKind[Kind];

/** Whoever works on a resource works alone, until its transaction ends. */
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

/** What hangs on a resource, locked one after the other. */
export async function readChildren<Kind extends ResourceKind>(
  tx: Tx,
  { provider, mode, kind }: Omit<ResourceKey<Kind>, "id">,
  parentId: string,
): Promise<ResourceByKind[Kind][]> {
  const rows = await tx`
    select id from billing_resources where provider = ${provider} and mode = ${mode} and kind = ${kind} and parent_id = ${parentId} order by id`;
  const children: ResourceByKind[Kind][] = [];
  for (const { id } of rows) {
    const name: ResourceKey<Kind> = { provider, mode, kind, id: id as string };
    await lockResource(tx, name);
    const mirrored = await readMirrored(tx, name);
    if (mirrored) children.push(mirrored.resource);
  }
  return children;
}

/** Two states of the same second, of which nobody can tell which came last. */
export class AmbiguousStateError extends Error {
  override readonly name = "AmbiguousStateError";
}

/**
 * Keeps what is newer than what was known.
 * @param isFetched read from the provider just now: of two states of one second it is the later one
 * @returns whether it said anything new
 * @throws AmbiguousStateError
 */
export async function updateMirror<Kind extends ResourceKind>(
  tx: Tx,
  name: ResourceKey<Kind>,
  resource: ResourceByKind[Kind],
  { isFetched, cause, now }: { readonly isFetched: boolean; readonly cause: string | null; readonly now: Date },
): Promise<boolean> {
  const { provider, mode, kind, id } = name;
  const known = await readMirrored(tx, name);
  const state = toState(resource);
  if (known) {
    const before = toState(known.resource);
    if (sameState(before, state) || known.resource.updatedAt > resource.updatedAt) return false;
    if (known.resource.updatedAt === resource.updatedAt && !isFetched) throw new AmbiguousStateError(`${kind} ${id} has two states of ${resource.updatedAt}.`);
  }
  const parent =
    kind === "subscription" ? (resource as ProviderSubscription).orderId : kind === "invoice" ? (resource as ProviderInvoice).subscriptionId : null;
  await tx`
    insert into billing_resources (provider, mode, kind, id, store, state, provider_updated_at, parent_id, cause, seen_at)
    values (${provider}, ${mode}, ${kind}, ${id}, ${resource.storeId}, ${state}::text::jsonb, ${resource.updatedAt}, ${parent}, ${cause}, ${now})
    on conflict (provider, mode, kind, id) do update
      set state = excluded.state, provider_updated_at = excluded.provider_updated_at, parent_id = excluded.parent_id, cause = excluded.cause, seen_at = excluded.seen_at`;
  return true;
}

/** jsonb keeps keys in an order of its own. */
const sameState = (one: string, other: string): boolean => sorted(one) === sorted(other);
const sorted = (state: string): string => JSON.stringify(Object.entries(JSON.parse(state) as object).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Writes down what a resource belongs to. */
export const bindResource = (
  tx: Tx,
  { provider, mode, kind, id }: ResourceKey,
  to: { readonly intentId: string | null; readonly agencyId: string; readonly subscriptionId: string },
) =>
  tx`update billing_resources set intent_id = coalesce(intent_id, ${to.intentId}), agency_id = ${to.agencyId}, subscription_id = ${to.subscriptionId}
    where provider = ${provider} and mode = ${mode} and kind = ${kind} and id = ${id}`;
