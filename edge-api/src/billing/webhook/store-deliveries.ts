import type { Database } from "../../db/database.ts";
import { type ClientInfo, SYSTEM_AUTHOR, writeAudit } from "../../services/audit.ts";
import type { WebhookDelivery } from "../provider.ts";

/** A verified delivery, ready to be stored. */
export interface ReceivedDelivery {
  readonly delivery: WebhookDelivery;
  readonly raw: Buffer;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Why it has no effect; `undefined` for a delivery that will be processed. */
  readonly outcome: string | undefined;
  readonly client: ClientInfo;
  readonly at: Date;
}

/**
 * Stores deliveries with one statement and one commit.
 * @returns for each delivery whether it is new
 */
export async function storeDeliveries(database: Database, deliveries: readonly ReceivedDelivery[]): Promise<boolean[]> {
  // Sorted, because two nodes that store the same deliveries in different orders could wait for each other.
  const inOrder = [...deliveries].sort((one, other) => Buffer.compare(one.delivery.fingerprint, other.delivery.fingerprint));
  const rows = inOrder.map(({ delivery: { event, kind, id, store, mode, intentId, fingerprint }, raw, headers, outcome, at }) => ({
    store: store ?? "",
    mode,
    event,
    kind,
    id,
    intent: intentId,
    fingerprint: fingerprint.toString("hex"),
    // One character for each byte: half of the size of bytea on the connection.
    body: raw.toString("latin1"),
    headers,
    outcome,
    at,
  }));
  const stored = await database.withPlatform("webhook", async (tx) => {
    // The same statement for any number of rows, so it is planned once.
    const written = await tx`
      insert into webhook_inbox (store, mode, event_name, resource_type, resource_id, intent_id, dedupe_sha256, raw_body, headers, status, outcome,
        next_attempt_at, received_at, done_at)
      select store, mode, event, kind, id, intent, decode(fingerprint, 'hex'), convert_to(body, 'LATIN1'), headers,
        case when outcome is null then 'pending' else 'ignored' end, outcome, at, at, case when outcome is not null then at end
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as row (store text, mode text, event text, kind text, id text, intent text,
        fingerprint text, body text, headers jsonb, outcome text, at timestamptz)
      on conflict (store, mode, dedupe_sha256) do nothing returning id, store, mode, dedupe_sha256`;
    const ids = new Map(written.map(({ id, store, mode, dedupe_sha256 }) => [keyOf(store as string, mode as string, dedupe_sha256 as Buffer), id as string]));
    for (const received of deliveries) {
      const id = ids.get(deliveryKeyOf(received));
      if (id !== undefined && received.outcome) await auditRefusal(tx, id, received.outcome, received.client);
    }
    return ids;
  });
  // Of two equal deliveries in one batch, the first is new and the second is known.
  return deliveries.map((received) => stored.delete(deliveryKeyOf(received)));
}

const keyOf = (store: string, mode: string, fingerprint: Buffer): string => `${store} ${mode} ${fingerprint.toString("hex")}`;
const deliveryKeyOf = ({ delivery: { store, mode, fingerprint } }: ReceivedDelivery): string => keyOf(store ?? "", mode, fingerprint);

export const auditRefusal = (tx: Parameters<typeof writeAudit>[0], id: string, reason: string, client: ClientInfo) =>
  writeAudit(tx, { action: "webhook.refuse", author: SYSTEM_AUTHOR, change: { subject: "webhook", id, reason }, client });
