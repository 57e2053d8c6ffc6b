import type { Tx } from "../db/database.ts";

/**
 * Has a delivery worked on again, from its first attempt. Whoever calls writes it into the audit log.
 * @returns how it stood; `never` for one from which nothing follows however often it is read; `undefined` where there is none
 */
export async function replayDelivery(tx: Tx, id: string, now: Date): Promise<string | undefined> {
  const [row] = await tx`select status, resource_type from webhook_inbox where id = ${id} for update`;
  if (!row) return undefined;
  if (row.resource_type === null || row.status === "ignored") return "never";
  await tx`update webhook_inbox set status = 'pending', attempts = 0, next_attempt_at = ${now}, done_at = null, outcome = null, last_error = null where id = ${id}`;
  return row.status as string;
}
