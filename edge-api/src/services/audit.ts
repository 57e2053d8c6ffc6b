import { isIP } from "node:net";
import type { Tx } from "../db/database.ts";
import { toJson } from "./to-json.ts";
import type { KeyHolder } from "./api-keys.ts";

/** Where a call came from. */
export interface ClientInfo {
  readonly address: string;
  readonly requestId: string;
}

/** A change for the audit log, written with the change itself or not at all. */
export interface Change {
  readonly subject: string;
  readonly id: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string | undefined;
  /** Whose log it belongs in, where the path does not say. */
  readonly agencyId?: string;
}

/** Who did it, as the log names them. */
export interface Author {
  readonly kind: "api_key" | "member" | "system";
  readonly id: string | null;
  readonly role: string | null;
  /** A member's id in the customer's own system. */
  readonly subject?: string;
}

export const authorOf = ({ keyId, role }: Pick<KeyHolder, "keyId" | "role">): Author => ({ kind: "api_key", id: keyId, role });

/** One row of the audit log: who did what to which, before and after, from where. */
export async function writeAudit(tx: Tx, action: string, author: Author, agencyId: string, change: Change, { address, requestId }: ClientInfo): Promise<void> {
  const { subject, id, before = null, after = null, reason = null } = change;
  await tx`
    insert into audit_log (agency_id, actor_kind, actor_id, actor_role, actor_subject, action, subject_kind, subject_id, before, after, reason, ip, request_id)
    values (${change.agencyId ?? (agencyId || null)}, ${author.kind}, ${author.id}, ${author.role}, ${author.subject ?? null}, ${action}, ${subject}, ${id},
      ${tx.json(toJson(before) as never)}, ${tx.json(toJson(after) as never)}, ${reason}, ${isIP(address) ? address : null}, ${requestId})`;
}
