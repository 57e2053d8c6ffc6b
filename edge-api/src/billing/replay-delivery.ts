import type { Tx } from "../db/database.ts";

/**
 * Makes a delivery due again, from its first attempt. The caller writes it into the audit log.
 * @returns the status before; `never` for a delivery that can have no effect; `undefined` if there is no such delivery
 */
export async function replayDelivery(tx: Tx, id: string, now: Date): Promise<string | undefined> {
  const [row] = await tx`select status, resource_type from webhook_inbox where id = ${id} for update`;
  if (!row) return undefined;
  if (row.resource_type === null || row.status === "ignored") return "never";
  await tx`update webhook_inbox set status = 'pending', attempts = 0, next_attempt_at = ${now}, done_at = null, outcome = null, last_error = null,
    waits_for_kind = null, waits_for_id = null where id = ${id}`;
  return row.status as string;
}
