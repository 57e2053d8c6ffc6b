import { openDriver, type Driver } from "./driver.ts";
import { DatabaseError } from "./errors.ts";
import { readMigrations, SQL_FOLDER, type Migration } from "./migration-files.ts";
import { asDatabaseError, isTransientFailure } from "./transient-failure.ts";

export interface MigrateOptions {
  /** A direct connection of the tables' owner, not one through a pooler. */
  readonly url: string;
  /** Default: the product's own. */
  readonly folder?: string;
  /** Stop after this version; for tests of upgrades. */
  readonly upTo?: number;
  /** How long to wait for another node that migrates; default 120 s. */
  readonly lockTimeoutMs?: number;
  readonly log?: (line: string) => void;
}

/** The key of the advisory lock. It must be the same in every release. */
const LOCK = 7_237_219_101n;
const OLDEST_SERVER = 150_000;

/**
 * Migrates the schema to this release: runs each file once, in order, each in its own transaction.
 * Any number of nodes may call it at the same time: one migrates, the others wait and then have nothing to do.
 * @returns the schema's version
 * @throws DatabaseError `schema_newer`, `migration_changed`, `migration_locked`, `migration_failed`,
 * `server_too_old`, or `DatabaseUnavailable`.
 */
export async function migrate(options: MigrateOptions): Promise<number> {
  const { url, folder = SQL_FOLDER, upTo = Number.POSITIVE_INFINITY, lockTimeoutMs = 120_000, log = () => undefined } = options;
  const migrations = readMigrations(folder).filter(({ version }) => version <= upTo);
  const sql = openDriver(url, { max: 1, prepare: false, applicationName: "dramac-migrate" });
  try {
    await checkServer(sql);
    await takeLock(sql, lockTimeoutMs);
    await ensureTable(sql);
    const applied = await appliedMigrations(sql);
    checkHistory(migrations, applied, upTo !== Number.POSITIVE_INFINITY);
    for (const migration of migrations.slice(applied.length)) {
      await apply(sql, migration);
      log(`Migrated to ${migration.name}`);
    }
    return migrations.length;
  } catch (error) {
    throw asDatabaseError(error);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function checkServer(sql: Driver): Promise<void> {
  const [row] = await sql<{ version: number }[]>`select current_setting('server_version_num')::int as version`;
  if (row && row.version >= OLDEST_SERVER) return;
  throw new DatabaseError("server_too_old", "DRAMAC Connect needs PostgreSQL 15 or later: point DATABASE_URL at one.");
}

/** Takes a session lock, which holds over several transactions and ends with the connection. */
async function takeLock(sql: Driver, lockTimeoutMs: number): Promise<void> {
  await sql`select set_config('lock_timeout', ${String(lockTimeoutMs)}, false)`;
  try {
    await sql`select pg_advisory_lock(${LOCK})`;
  } catch (error) {
    if (isTransientFailure(error)) throw error;
    throw new DatabaseError(
      "migration_locked",
      `Another node has been migrating for ${lockTimeoutMs / 1_000} s: wait for it, or find out what it is waiting for.`,
      { cause: error },
    );
  }
}

async function ensureTable(sql: Driver): Promise<void> {
  await sql`create table if not exists schema_migrations (
    version int primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`;
}

interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

async function appliedMigrations(sql: Driver): Promise<Applied[]> {
  return sql<Applied[]>`select version, name, checksum from schema_migrations order by version`;
}

function checkHistory(migrations: readonly Migration[], applied: readonly Applied[], partial: boolean): void {
  const last = applied.at(-1);
  if (last && last.version > migrations.length && !partial) {
    throw new DatabaseError(
      "schema_newer",
      `The database is at schema ${last.version} and this release knows ${migrations.length}: start a release that is at least as new. Nothing was changed.`,
    );
  }
  for (const [index, done] of applied.entries()) {
    const ours = migrations[index];
    if (ours && ours.checksum !== done.checksum) {
      throw new DatabaseError(
        "migration_changed",
        `${ours.name} differs from the ${done.name} that was applied: restore the file, and make the change in a new migration.`,
      );
    }
  }
}

async function apply(sql: Driver, { version, name, sql: text, checksum }: Migration): Promise<void> {
  try {
    await sql.begin(async (tx) => {
      // This node holds the lock already, unless the connection was lost in between: then another node may have migrated.
      await tx`select set_config('lock_timeout', '10s', true), pg_advisory_xact_lock(${LOCK})`;
      const [done] = await tx`select 1 from schema_migrations where version = ${version}`;
      if (done) return;
      await tx.unsafe(text);
      await tx`insert into schema_migrations (version, name, checksum) values (${version}, ${name}, ${checksum})`;
    });
  } catch (error) {
    if (isTransientFailure(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatabaseError("migration_failed", `${name} failed and was rolled back completely: ${reason}`, { cause: error });
  }
}
