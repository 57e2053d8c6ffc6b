import type { Database, Tx } from "../db/database.ts";
import { RESTORABLE_DAYS } from "./installations/change.ts";
import { TABLES, type TenantLevel } from "./installations/installation-scope.ts";

/** A restore that began just before the end of the restorable time may still be running. */
const GRACE_MINUTES = 60;
const DOCUMENTS_AT_ONCE = 1_000;
/** Tables that hold data of an installation without a foreign key to it. */
const DEPENDENT_TABLES = [
  "module_collection_indexes",
  "module_media",
  "module_storage_usage",
  "verified_recipients",
  "email_outbox",
  "print_pages",
  "price_changes",
  "installation_hosts",
  "installation_secrets",
] as const;

/**
 * Deletes installations that can no longer be restored, with all that they stored. Any number of nodes may run it: each takes an
 * installation that no other node has locked, and deletes a bounded number of rows in each transaction.
 * @param shouldStop asked between transactions
 * @returns how many installations were deleted
 */
export async function purgeUninstalled(database: Database, shouldStop: () => boolean = () => false): Promise<number> {
  let purged = 0;
  for (const level of Object.keys(TABLES) as TenantLevel[]) {
    while (!shouldStop()) {
      const step = await database.withPlatform("purge", (tx) => purgeSome(tx, level));
      if (step === "nothing") break;
      if (step === "purged") purged += 1;
    }
  }
  return purged;
}

async function purgeSome(tx: Tx, level: TenantLevel): Promise<"nothing" | "documents" | "purged"> {
  const { table } = TABLES[level];
  const [row] = await tx`
    select id, agency_id, module_id, uninstalled_at from ${tx(table)}
    where uninstalled_at < now() - make_interval(days => ${RESTORABLE_DAYS}, mins => ${GRACE_MINUTES})
    order by uninstalled_at limit 1 for update skip locked`;
  if (!row) return "nothing";
  const { id, agency_id: agencyId, module_id: moduleId, uninstalled_at: uninstalledAt } = row as unknown as Record<string, string>;
  const { count } = await tx`
    delete from module_documents where (installation_id, collection, id) in
      (select installation_id, collection, id from module_documents where installation_id = ${id as string} limit ${DOCUMENTS_AT_ONCE})`;
  if (count === DOCUMENTS_AT_ONCE) return "documents";
  for (const dependent of DEPENDENT_TABLES) await tx`delete from ${tx(dependent)} where installation_id = ${id as string}`;
  await tx`delete from ${tx(table)} where id = ${id as string}`;
  await tx`
    insert into audit_log (agency_id, actor_kind, action, subject_kind, subject_id, before)
    values (${agencyId as string}, 'system', 'installation.purge', 'installation', ${id as string},
      ${tx.json({ level, moduleId, uninstalledAt: new Date(uninstalledAt as string).toISOString() } as never)})`;
  return "purged";
}
