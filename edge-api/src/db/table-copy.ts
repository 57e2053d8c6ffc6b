import type { Tx } from "./driver.ts";
import { DatabaseError } from "./errors.ts";

/** One table of the product, as it is dumped. */
export interface DumpTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** For a partitioned table: the column its partitions go by, and how long one is. */
  readonly partitioned?: { readonly column: string };
}

const BATCH = 500;

/** All tables that hold data of the product, in the order of their names; partitions come with their parent. */
export async function productTables(tx: Tx): Promise<DumpTable[]> {
  const rows = await tx<{ name: string; columns: string; partitioned: string | null }[]>`
    select c.relname as name,
      (select json_agg(a.attname order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '')::text as columns,
      (select a.attname from pg_partitioned_table p join pg_attribute a on a.attrelid = c.oid and a.attnum = p.partattrs[0]
        where p.partrelid = c.oid) as partitioned
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> 'schema_migrations'
    order by c.relname`;
  return rows.map(({ name, columns, partitioned }) => ({
    name,
    columns: JSON.parse(columns) as string[],
    ...(partitioned === null ? {} : { partitioned: { column: partitioned } }),
  }));
}

/**
 * Lifts FORCE inside the transaction: under it an owner who is no superuser reads and writes nothing, silently.
 * The lock that this takes is released with the transaction, and FORCE is back before it ends.
 */
export async function withoutForce<T>(tx: Tx, tables: readonly DumpTable[], work: () => Promise<T>): Promise<T> {
  const forced = await tx<{ name: string }[]>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relforcerowsecurity and relname = any (${tables.map(({ name }) => name)}::text[])`;
  for (const { name } of forced) await tx`alter table ${tx(name)} no force row level security`;
  const result = await work();
  for (const { name } of forced) await tx`alter table ${tx(name)} force row level security`;
  return result;
}

/** Every row as one line of JSON that PostgreSQL made. */
export async function selectRows(tx: Tx, { name, columns }: DumpTable): Promise<string[]> {
  const lines: string[] = [];
  const query = tx<{ line: string }[]>`select row_to_json(dumped)::text as line from (select ${tx([...columns])} from ${tx(name)}) dumped`;
  for await (const batch of query.cursor(BATCH)) lines.push(...batch.map(({ line }) => line));
  return lines;
}

/** Puts lines back, and compares how many came with how many are there. */
export async function insertRows(tx: Tx, { name, columns, partitioned }: DumpTable, lines: readonly string[]): Promise<void> {
  if (partitioned) await makePartitions(tx, partitioned.column, lines);
  for (let from = 0; from < lines.length; from += BATCH) {
    const batch = `[${lines.slice(from, from + BATCH).join(",")}]`;
    const list = tx([...columns]);
    await tx`insert into ${tx(name)} (${list}) select ${list} from json_populate_recordset(null::${tx(name)}, ${batch}::text::json)`;
  }
  const [row] = await tx<{ count: number }[]>`select count(*)::int as count from ${tx(name)}`;
  if (row?.count !== lines.length) {
    throw new DatabaseError("dump_invalid", `Of ${lines.length} rows of ${name}, ${row?.count ?? 0} arrived: nothing was kept; restore as the owner of the tables.`);
  }
}

async function makePartitions(tx: Tx, column: string, lines: readonly string[]): Promise<void> {
  const days = new Set(lines.map((line) => String((JSON.parse(line) as Record<string, unknown>)[column]).slice(0, 10)));
  for (const day of days) await tx`select ensure_usage_partitions(${day}::date, 1)`;
}
