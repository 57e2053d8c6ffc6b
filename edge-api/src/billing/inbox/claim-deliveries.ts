import type { Database, Tx } from "../../db/database.ts";
import { MissingResourceError } from "../effects/effect-context.ts";
import type { BillingMode } from "../provider.ts";
import type { ResourceKind } from "../webhook/delivery.ts";

/** How long whoever took deliveries has for them, before another one may: it may have died. */
const LEASE_SECONDS = 120;

/** All that waits of one resource: one look at the provider answers it. */
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

/** Takes what is due longest, with everything else of its resource; nobody else gets it meanwhile. */
export function claimDeliveries(database: Database, now: Date): Promise<DeliveryGroup | undefined> {
  return database.withPlatform("billing inbox", async (tx) => {
    const [next] = await tx`
      select resource_type as kind, resource_id as id, mode from webhook_inbox
      where status in ('pending', 'waiting') and next_attempt_at <= ${now} order by next_attempt_at, received_at limit 1 for update skip locked`;
    if (!next) return undefined;
    const { kind, id, mode } = next as unknown as Pick<DeliveryGroup, "kind" | "id" | "mode">;
    const rows = await tx<ClaimedRow[]>`
      update webhook_inbox set attempts = attempts + 1, last_error = null, next_attempt_at = ${now}::timestamptz + make_interval(secs => ${LEASE_SECONDS})
      where id in (
        select id from webhook_inbox where resource_type = ${kind} and resource_id = ${id} and mode = ${mode} and status in ('pending', 'waiting')
        order by received_at for update skip locked)
      returning id, event_name as event, raw_body as raw, intent_id as "intentId", attempts`;
    return { kind, id, mode, rows };
  });
}

/** Those of the group that nobody else has settled meanwhile, locked. */
export async function lockOpenDeliveries(tx: Tx, { rows }: DeliveryGroup): Promise<readonly string[]> {
  const open = await tx`select id from webhook_inbox where id in ${tx(rows.map(({ id }) => id))} and status in ('pending', 'waiting') order by id for update`;
  return open.map(({ id }) => id as string);
}

export const markDone = (tx: Tx, ids: readonly string[], outcome: string, now: Date) =>
  tx`update webhook_inbox set status = 'done', outcome = ${outcome}, last_error = null, done_at = ${now} where id in ${tx([...ids])}`;

/** What hangs on a checkout, or waits for a resource, that has just become known need not wait for its turn. */
export const wakeWaiting = (tx: Tx, { intentId, known }: { intentId: string | undefined; known: readonly Pick<DeliveryGroup, "kind" | "id">[] }, now: Date) =>
  tx`update webhook_inbox set next_attempt_at = ${now} where status = 'waiting'
    and (intent_id = ${intentId ?? null} or last_error = any(${known.map(({ kind, id }) => errorText(new MissingResourceError(kind, id)))}))`;

/** What stands in the inbox of a fault. */
export const errorText = ({ name, message }: Error): string => `${name}: ${message}`.slice(0, 2_000);
