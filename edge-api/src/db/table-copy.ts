import type { Tx } from "./driver.ts";
import { DatabaseError } from "./errors.ts";

/** One table of the product, as a dump describes it. */
export interface DumpTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** The column that a partitioned table is partitioned by. */
  readonly partitionedBy?: string;
}

const BATCH_BYTES = 4_000_000;

/** All tables with data of the product, each after the tables that it refers to. Partitions are part of their parent. */
export async function productTables(tx: Tx): Promise<DumpTable[]> {
  const rows = await tx<{ name: string; columns: string; refers: string; partitioned_by: string | null }[]>`
    select c.relname as name,
      (select json_agg(a.attname order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '')::text as columns,
      (select coalesce(json_agg(distinct r.relname), '[]') from pg_constraint f join pg_class r on r.oid = f.confrelid
        where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid)::text as refers,
      (select a.attname from pg_partitioned_table p join pg_attribute a on a.attrelid = c.oid and a.attnum = p.partattrs[0]
        where p.partrelid = c.oid) as partitioned_by
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> 'schema_migrations'
    order by c.relname`;
  const refers = new Map(rows.map((row) => [row.name, JSON.parse(row.refers) as string[]]));
  const order = inOrder(refers);
  return order.flatMap((name) => {
    const row = rows.find((candidate) => candidate.name === name);
    if (!row) return [];
    const columns = JSON.parse(row.columns) as string[];
    return [{ name, columns, ...(row.partitioned_by === null ? {} : { partitionedBy: row.partitioned_by }) }];
  });
}

/** Sorts names so that each comes after all names that it refers to. */
function inOrder(refers: ReadonlyMap<string, readonly string[]>): string[] {
  const order = new Set<string>();
  const visit = (name: string): void => {
    if (order.has(name)) return;
    for (const other of refers.get(name) ?? []) visit(other);
    order.add(name);
  };
  for (const name of refers.keys()) visit(name);
  return [...order];
}

/**
 * Runs work without FORCE ROW LEVEL SECURITY, where the login is subject to it: otherwise an owner who is not a superuser would
 * silently read and write no rows. Can also turn off the triggers, for restoring rows unchanged.
 */
export async function withoutForcedRowSecurity<T>(tx: Tx, tables: readonly DumpTable[], disableTriggers: boolean, work: () => Promise<T>): Promise<T> {
  const names = new Set(tables.map(({ name }) => name));
  const all = await tx<{ name: string }[]>`
    select c.relname as name from pg_class c join pg_roles r on r.rolname = current_user
    where c.relnamespace = 'public'::regnamespace and c.relforcerowsecurity and not c.relispartition
      and not r.rolsuper and not r.rolbypassrls`;
  const forced = all.filter(({ name }) => names.has(name));
  for (const { name } of forced) await tx`alter table ${tx(name)} no force row level security`;
  if (disableTriggers) for (const { name } of tables) await tx`alter table ${tx(name)} disable trigger user`;
  const result = await work();
  if (disableTriggers) for (const { name } of tables) await tx`alter table ${tx(name)} enable trigger user`;
  for (const { name } of forced) await tx`alter table ${tx(name)} force row level security`;
  return result;
}

/** Every row as one line of JSON, written by PostgreSQL. */
export async function selectRows(tx: Tx, { name, columns }: DumpTable): Promise<string[]> {
  const rows = await tx<{ line: string }[]>`
    select row_to_json(dumped)::text as line from (select ${tx([...columns])} from ${tx(name)}) dumped`;
  const [counted] = await tx<{ count: number }[]>`select count(*)::int as count from ${tx(name)}`;
  if (counted?.count !== rows.length) throw new DatabaseError("dump_invalid", `${name} changed while it was read: take the dump again.`);
  return rows.map(({ line }) => line);
}

/** Inserts rows from lines of JSON, and checks their number. */
export async function insertRows(tx: Tx, { name, columns, partitionedBy }: DumpTable, lines: readonly string[]): Promise<void> {
  if (partitionedBy !== undefined) await makePartitions(tx, partitionedBy, lines);
  for (const batch of batches(lines)) {
    await tx`insert into ${tx(name)} (${tx([...columns])})
      select ${tx([...columns])} from json_populate_recordset(null::${tx(name)}, ${`[${batch.join(",")}]`}::text::json)`;
  }
  const [row] = await tx<{ count: number }[]>`select count(*)::int as count from ${tx(name)}`;
  if (row?.count !== lines.length) {
    throw new DatabaseError(
      "dump_invalid",
      `Of ${lines.length} rows of ${name}, ${row?.count ?? 0} were stored, so everything was rolled back: restore as the owner of the tables.`,
    );
  }
}

async function makePartitions(tx: Tx, column: string, lines: readonly string[]): Promise<void> {
  const days = new Set(lines.map((line) => String((JSON.parse(line) as Record<string, unknown>)[column]).slice(0, 10)));
  for (const day of days) await tx`select ensure_usage_partitions(${day}::date, 1)`;
}

function* batches(lines: readonly string[]): Generator<string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    batch.push(line);
    bytes += line.length;
    if (bytes < BATCH_BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}
