import type { Database, Tx } from "../db/database.ts";
import { RESTORABLE_DAYS } from "./installations/change.ts";
import { TABLES, type TenantLevel } from "./installations/installation-scope.ts";

/** A restore that began in the last moment may still be on its way; afterwards none can begin. */
const GRACE_MINUTES = 60;
const DOCUMENTS_AT_ONCE = 1_000;
/** What else is kept for an installation and holds no foreign key to it. */
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
 * Deletes what was uninstalled so long ago that nobody can restore it, with all that it stored. Any number of nodes may run
 * it: each takes an installation that no other holds, and bounded pieces of it, so that no transaction is long.
 * @param isOver asked between them, for whoever has little time
 * @returns how many installations are gone
 */
export async function purgeUninstalled(database: Database, shouldStop: () => boolean = () => false): Promise<number> {
  let gone = 0;
  for (const level of Object.keys(TABLES) as TenantLevel[]) {
    while (!shouldStop()) {
      const step = await database.withPlatform("purge", (tx) => purgeSome(tx, level));
      if (step === "nothing") break;
      if (step === "gone") gone += 1;
    }
  }
  return gone;
}

async function purgeSome(tx: Tx, level: TenantLevel): Promise<"nothing" | "documents" | "gone"> {
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
  return "gone";
}
