import { gunzipSync, gzipSync } from "node:zlib";
import { openDriver, type Driver } from "./driver.ts";
import { DatabaseError } from "./errors.ts";
import { migrate } from "./migrate.ts";
import { asDatabaseError } from "./transient-failure.ts";
import { insertRows, productTables, selectRows, withoutForcedRowSecurity, type DumpTable } from "./table-copy.ts";

/** The first line of a dump. After it, each table has a line of its own, followed by one line for each row. */
interface DumpHead {
  readonly format: "dramac-dump-1";
  /** The schema version of the data. */
  readonly schema: number;
  readonly takenAt: string;
  readonly tables: number;
}

interface TableHead extends DumpTable {
  readonly rows: number;
}

const FORMAT = "dramac-dump-1";

/**
 * Dumps all data of one snapshot of the database as gzipped NDJSON: the schema's version, then each table's rows as PostgreSQL writes
 * them, so that no value passes through JavaScript. The dump holds no schema: a restore runs the migrations up to that version.
 */
export async function dumpDatabase(url: string): Promise<Buffer> {
  const sql = openDriver(url, { max: 1, prepare: false, applicationName: "dramac-dump" });
  try {
    return await sql.begin("isolation level repeatable read", async (tx) => {
      const [version] = await tx<{ schema: number }[]>`select coalesce(max(version), 0) as schema from schema_migrations`;
      const tables = await productTables(tx);
      await tx`set local timezone to 'UTC'`;
      const head: DumpHead = { format: FORMAT, schema: version?.schema ?? 0, takenAt: new Date().toISOString(), tables: tables.length };
      const lines = [JSON.stringify(head)];
      await withoutForcedRowSecurity(tx, tables, false, async () => {
        for (const table of tables) {
          const rows = await selectRows(tx, table);
          lines.push(JSON.stringify({ ...table, rows: rows.length } satisfies TableHead));
          for (const row of rows) lines.push(row);
        }
      });
      return gzipSync(`${lines.join("\n")}\n`);
    });
  } catch (error) {
    throw asDatabaseError(error);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/**
 * Restores a dump into an empty database: migrates to the dump's version, fills the tables and compares the counts in one
 * transaction, then runs the later migrations on the data.
 * @returns the schema's version at the end
 * @throws DatabaseError `dump_invalid`, `dump_target_not_empty`, and what `migrate` throws.
 */
export async function restoreDatabase(url: string, dump: Buffer, options: { folder?: string; upTo?: number } = {}): Promise<number> {
  const { head, tables } = parse(dump);
  const sql = openDriver(url, { max: 1, prepare: false, applicationName: "dramac-restore" });
  try {
    await refuseUsedDatabase(sql);
    const folder = options.folder === undefined ? {} : { folder: options.folder };
    await migrate({ url, ...folder, upTo: head.schema });
    await fill(sql, tables);
    return await migrate({ url, ...folder, ...(options.upTo === undefined ? {} : { upTo: options.upTo }) });
  } catch (error) {
    throw asDatabaseError(error);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function refuseUsedDatabase(sql: Driver): Promise<void> {
  const [used] = await sql`select 1 from pg_tables where schemaname = 'public' limit 1`;
  if (used)
    throw new DatabaseError("dump_target_not_empty", "The database to restore into already has tables: create an empty database and restore into that one.");
}

async function fill(sql: Driver, tables: readonly (TableHead & { lines: readonly string[] })[]): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`set local timezone to 'UTC'`;
    const present = new Set((await productTables(tx)).map(({ name }) => name));
    const missing = tables.find(({ name }) => !present.has(name));
    if (missing) throw new DatabaseError("dump_invalid", `The dump holds the table ${missing.name}, which its schema does not have: take the dump again.`);
    await withoutForcedRowSecurity(tx, tables, true, async () => {
      for (const table of tables) await insertRows(tx, table, table.lines);
    });
  });
}

function parse(dump: Buffer): { head: DumpHead; tables: (TableHead & { lines: string[] })[] } {
  const lines = unzip(dump).split("\n");
  try {
    const head = JSON.parse(lines[0] ?? "") as DumpHead;
    if (head.format !== FORMAT) throw new Error("format");
    const tables: (TableHead & { lines: string[] })[] = [];
    let at = 1;
    for (let index = 0; index < head.tables; index++) {
      const table = JSON.parse(lines[at] ?? "") as TableHead;
      const rows = lines.slice(at + 1, at + 1 + table.rows);
      if (rows.length !== table.rows || rows.includes("")) throw new Error("cut short");
      tables.push({ ...table, lines: rows });
      at += 1 + table.rows;
    }
    return { head, tables };
  } catch (error) {
    throw invalid(error);
  }
}

function unzip(dump: Buffer): string {
  try {
    return gunzipSync(dump).toString("utf8");
  } catch (error) {
    throw invalid(error);
  }
}

const invalid = (cause: unknown): DatabaseError =>
  new DatabaseError("dump_invalid", "This is not a complete dump of DRAMAC Connect: take it again with dump-cli.", { cause });
