import type { Database, Tx } from "../../db/database.ts";
import type { BillingMode, ResourceKind } from "../provider.ts";

/** How long a worker owns the deliveries that it claimed. After that another worker may claim them: the first one may have died. */
const LEASE_SECONDS = 120;

/** All open deliveries about one resource: one request to the provider answers them all. */
export interface DeliveryGroup {
  readonly kind: ResourceKind;
  readonly id: string;
  readonly mode: BillingMode;
  readonly rows: readonly ClaimedRow[];
}
interface ClaimedRow {
  readonly id: string;
  readonly event: string;
  readonly raw: Buffer;
  readonly intentId: string | null;
  readonly attempts: number;
}

/** Claims the delivery that has been due longest, together with all open deliveries about the same resource. */
export function claimDeliveries(database: Database, now: Date): Promise<DeliveryGroup | undefined> {
  return database.withPlatform("billing inbox", async (tx) => {
    const [next] = await tx`
      select resource_type as kind, resource_id as id, mode from webhook_inbox
      where status in ('pending', 'waiting') and next_attempt_at <= ${now} order by next_attempt_at, received_at limit 1 for update skip locked`;
    if (!next) return undefined;
    const { kind, id, mode } = next as unknown as Pick<DeliveryGroup, "kind" | "id" | "mode">;
    const rows = await tx<ClaimedRow[]>`
      update webhook_inbox set attempts = attempts + 1, last_error = null, waits_for_kind = null, waits_for_id = null,
        next_attempt_at = ${now}::timestamptz + make_interval(secs => ${LEASE_SECONDS})
      where id in (
        select id from webhook_inbox where resource_type = ${kind} and resource_id = ${id} and mode = ${mode} and status in ('pending', 'waiting')
        order by received_at for update skip locked)
      returning id, event_name as event, raw_body as raw, intent_id as "intentId", attempts`;
    return { kind, id, mode, rows };
  });
}

/** Locks the deliveries of the group that no other worker has finished meanwhile. */
export async function lockOpenDeliveries(tx: Tx, { rows }: DeliveryGroup): Promise<readonly string[]> {
  const open = await tx`select id from webhook_inbox where id in ${tx(rows.map(({ id }) => id))} and status in ('pending', 'waiting') order by id for update`;
  return open.map(({ id }) => id as string);
}

export const markDone = (tx: Tx, ids: readonly string[], outcome: string, now: Date) =>
  tx`update webhook_inbox set status = 'done', outcome = ${outcome}, last_error = null, waits_for_kind = null, waits_for_id = null, done_at = ${now}
    where id in ${tx([...ids])}`;

/** Makes deliveries due at once that wait for one of these resources, or that name this checkout. */
export const wakeWaiting = (tx: Tx, { intentId, known }: { intentId: string | undefined; known: readonly Pick<DeliveryGroup, "kind" | "id">[] }, now: Date) =>
  tx`update webhook_inbox set next_attempt_at = ${now} where status = 'waiting' and (intent_id = ${intentId ?? null}
    or (waits_for_kind, waits_for_id) in (select * from unnest(${known.map(({ kind }) => kind)}::text[], ${known.map(({ id }) => id)}::text[])))`;
