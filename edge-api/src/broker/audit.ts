import type { Tx } from "../db/database.ts";
import { type Author, type Change, SYSTEM_AUTHOR, writeAudit } from "../services/audit.ts";
import type { Caller } from "../services/caller.ts";

/** Writes a change that a module made into the audit log, in the name of the member or key that the module acted for. */
export type WriteModuleAudit = (tx: Tx, action: string, caller: Caller, change: Change) => Promise<void>;

export const writeModuleAudit: WriteModuleAudit = (tx, action, caller, change) =>
  writeAudit(tx, {
    action,
    author: authorOf(caller),
    agencyId: caller.installation.agencyId,
    change: { ...change, reason: `by ${caller.installation.slug}` },
    client: caller.client,
  });

function authorOf({ member, key }: Caller): Author {
  if (member) return { kind: "member", id: member.keyId, role: member.role, subject: member.subject };
  return key ? { kind: "api_key", id: key.keyId, role: key.role } : SYSTEM_AUTHOR;
}
