import { isIP } from "node:net";
import type { Tx } from "../db/database.ts";
import { toJson } from "./json.ts";
import type { Actor, Change } from "./operation.ts";

/** Where a call came from. */
export interface Origin {
  readonly address: string;
  readonly requestId: string;
}

/** One row of the audit log: who did what to which, before and after, from where. */
export async function writeAudit(
  tx: Tx,
  action: string,
  actor: Pick<Actor, "keyId" | "role">,
  agencyId: string,
  change: Change,
  { address, requestId }: Origin,
): Promise<void> {
  const { subject, id, before = null, after = null, reason = null } = change;
  await tx`
    insert into audit_log (agency_id, actor_kind, actor_id, actor_role, action, subject_kind, subject_id, before, after, reason, ip, request_id)
    values (${change.agencyId ?? (agencyId || null)}, 'api_key', ${actor.keyId}, ${actor.role}, ${action}, ${subject}, ${id},
      ${tx.json(toJson(before) as never)}, ${tx.json(toJson(after) as never)}, ${reason}, ${isIP(address) ? address : null}, ${requestId})`;
}
