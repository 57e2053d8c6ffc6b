import type { Tx } from "../db/database.ts";
import { type Change, type Author, writeAudit } from "../services/audit.ts";
import type { Caller } from "../services/caller.ts";

/** Writes what a module changed into the audit log, in the name of whoever had it do so. */
export type WriteModuleAudit = (tx: Tx, action: string, caller: Caller, change: Change) => Promise<void>;

export const writeModuleAudit: WriteModuleAudit = (tx, action, caller, change) =>
  writeAudit(tx, action, authorOf(caller), caller.installation.agencyId, { ...change, reason: `by ${caller.installation.slug}` }, caller.client);

function authorOf({ member, key }: Caller): Author {
  if (member) return { kind: "member", id: member.keyId, role: member.role, subject: member.subject };
  return key ? { kind: "api_key", id: key.keyId, role: key.role } : { kind: "system", id: null, role: null };
}
