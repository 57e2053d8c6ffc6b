import { isIP } from "node:net";
import type { Tx } from "../db/database.ts";
import { toJson } from "./to-json.ts";
import type { KeyHolder } from "./api-keys.ts";

/** Where a call came from. */
export interface ClientInfo {
  readonly address: string;
  readonly requestId: string;
}

/** A change for the audit log. It is written in the same transaction as the change itself. */
export interface Change {
  readonly subject: string;
  readonly id: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string | undefined;
  /** The agency whose log it belongs in, where the path names none. */
  readonly agencyId?: string;
}

/** Who made a change, as the log names them. */
export interface Author {
  readonly kind: "api_key" | "member" | "system";
  readonly id: string | null;
  readonly role: string | null;
  /** A member's id in the customer's own system. */
  readonly subject?: string;
}

export const SYSTEM_AUTHOR: Author = { kind: "system", id: null, role: null };

export const authorOf = ({ keyId, role }: Pick<KeyHolder, "keyId" | "role">): Author => ({ kind: "api_key", id: keyId, role });

export interface AuditEntry {
  readonly action: string;
  readonly author: Author;
  /** The agency of the log, where the change names none; empty for the platform's own log. */
  readonly agencyId?: string;
  readonly change: Change;
  /** Default: none, for work that no request asked for. */
  readonly client?: ClientInfo;
}

const NO_CLIENT: ClientInfo = { address: "", requestId: "" };

/** Writes one row of the audit log: who did what to which subject, before and after, and from where. */
export async function writeAudit(tx: Tx, { action, author, agencyId = "", change, client = NO_CLIENT }: AuditEntry): Promise<void> {
  const { subject, id, before = null, after = null, reason = null } = change;
  const { address, requestId } = client;
  await tx`
    insert into audit_log (agency_id, actor_kind, actor_id, actor_role, actor_subject, action, subject_kind, subject_id, before, after, reason, ip, request_id)
    values (${change.agencyId ?? (agencyId || null)}, ${author.kind}, ${author.id}, ${author.role}, ${author.subject ?? null}, ${action}, ${subject}, ${id},
      ${tx.json(toJson(before) as never)}, ${tx.json(toJson(after) as never)}, ${reason}, ${isIP(address) ? address : null}, ${requestId})`;
}
