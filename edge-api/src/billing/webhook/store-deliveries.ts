import type { Database } from "../../db/database.ts";
import { writeAudit, type ClientInfo } from "../../services/audit.ts";
import type { Delivery } from "./delivery.ts";

/** A delivery as it is written down. */
export interface ReceivedDelivery {
  readonly delivery: Delivery;
  readonly raw: Buffer;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Why nothing follows from it; `undefined` where something may. */
  readonly outcome: string | undefined;
  readonly client: ClientInfo;
  readonly at: Date;
}

/**
 * Writes deliveries down, all in one statement and one commit.
 * @returns for each whether it is new
 */
export async function storeDeliveries(database: Database, arrivals: readonly ReceivedDelivery[]): Promise<boolean[]> {
  // In one order wherever they are written: two nodes that were told the same would wait for one another otherwise.
  const inOrder = [...arrivals].sort((one, other) => Buffer.compare(one.delivery.fingerprint, other.delivery.fingerprint));
  const rows = inOrder.map(({ delivery: { event, kind, id, store, mode, intentId, fingerprint }, raw, headers, outcome, at }) => ({
    store: store ?? "",
    mode,
    event,
    kind,
    id,
    intent: intentId,
    fingerprint: fingerprint.toString("hex"),
    // One letter for each byte: half of what bytes take on their way.
    body: raw.toString("latin1"),
    headers,
    outcome,
    at,
  }));
  const stored = await database.withPlatform("webhook", async (tx) => {
    // One statement for any number of rows is planned once.
    const written = await tx`
      insert into webhook_inbox (store, mode, event_name, resource_type, resource_id, intent_id, dedupe_sha256, raw_body, headers, status, outcome,
        next_attempt_at, received_at, done_at)
      select store, mode, event, kind, id, intent, decode(fingerprint, 'hex'), convert_to(body, 'LATIN1'), headers,
        case when outcome is null then 'pending' else 'ignored' end, outcome, at, at, case when outcome is not null then at end
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as row (store text, mode text, event text, kind text, id text, intent text,
        fingerprint text, body text, headers jsonb, outcome text, at timestamptz)
      on conflict (store, mode, dedupe_sha256) do nothing returning id, store, mode, dedupe_sha256`;
    const ids = new Map(written.map(({ id, store, mode, dedupe_sha256 }) => [nameOf(store as string, mode as string, dedupe_sha256 as Buffer), id as string]));
    for (const arrival of arrivals) {
      const id = ids.get(nameOfArrival(arrival));
      if (id !== undefined && arrival.outcome) await auditRefusal(tx, id, arrival.outcome, arrival.client);
    }
    return ids;
  });
  // Of two that came at once the first is new, and the second is known.
  return arrivals.map((arrival) => stored.delete(nameOfArrival(arrival)));
}

const nameOf = (store: string, mode: string, fingerprint: Buffer): string => `${store} ${mode} ${fingerprint.toString("hex")}`;
const nameOfArrival = ({ delivery: { store, mode, fingerprint } }: ReceivedDelivery): string => nameOf(store ?? "", mode, fingerprint);

export const auditRefusal = (tx: Parameters<typeof writeAudit>[0], id: string, reason: string, client: ClientInfo) =>
  writeAudit(tx, "webhook.refuse", { kind: "system", id: null, role: null }, "", { subject: "webhook", id, reason }, client);
