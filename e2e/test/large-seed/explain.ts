import { type SuperuserConnection, onServer } from "@dramac/edge-api/test-database";
import { LARGE_ROWS, type PlanNode, scansIn } from "./plan-scans.ts";
import type { RecordedStatement } from "./recorded-statements.ts";

/** A statement that reads a table from end to end, or very much of it for nothing. */
export interface FoundScan {
  readonly table: string;
  readonly role: string;
  readonly text: string;
  /** `custom`: planned with its parameters. `generic`: planned for any parameters. `inside`: as planned inside a function or trigger. `waste`: known only after it has run. */
  readonly plan: "custom" | "generic" | "inside" | "waste";
  readonly filter: string;
}

/**
 * Has PostgreSQL plan each statement again, as the role and the tenant that it ran as, with its parameters and without,
 * and finds those that read a growing table from end to end. Nothing is executed.
 */
export function findScans(url: string, statements: readonly RecordedStatement[]): Promise<FoundScan[]> {
  return onServer(url, async (sql) => {
    const sizes = await readSizes(sql);
    const types = await sql`select oid::int, format_type(oid, null) as name from pg_type`;
    const names = new Map(types.map((row) => [row.oid as number, row.name as string]));
    const found: FoundScan[] = [];
    for (const statement of statements) {
      for (const plan of ["custom", "generic"] as const) {
        const ask = (withoutScans: boolean) => explain(sql, names, statement, { plan, withoutScans });
        const usual = scansIn(await ask(false));
        const small = usual.filter(({ table }) => (sizes.get(table) ?? 0) < LARGE_ROWS);
        const forced = small.length ? scansIn(await ask(true)).map(({ table }) => table) : [];
        const wrong = usual.filter((scan) => !small.includes(scan) || forced.includes(scan.table));
        found.push(...wrong.map((scan) => ({ ...scan, role: statement.role, text: statement.text.replace(/\s+/g, " ").trim(), plan })));
      }
    }
    return found;
  });
}

/** How many rows each table has, as the planner knows. */
export async function readSizes(sql: SuperuserConnection): Promise<ReadonlyMap<string, number>> {
  const rows = await sql`select relname, reltuples::bigint::int as count from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`;
  return new Map(rows.map((row) => [row.relname as string, row.count as number]));
}

async function explain(
  sql: SuperuserConnection,
  names: ReadonlyMap<number, string>,
  statement: RecordedStatement,
  { plan, withoutScans }: { plan: "custom" | "generic"; withoutScans: boolean },
): Promise<PlanNode> {
  const { role, setting, value, text, parameters, types } = statement;
  let root: PlanNode | undefined;
  await sql
    .begin(async (tx) => {
      await tx`select set_config('role', ${role}, true), set_config(${setting}, ${value}, true), set_config('enable_seqscan', ${withoutScans ? "off" : "on"}, true)`;
      if (plan === "custom") {
        const given = parameters.map((parameter, index) => asSent(tx, parameter, types[index] ?? 0));
        root = planOf(await tx.unsafe(`explain (format json) ${text}`, given as never[], { prepare: false }));
        return;
      }
      await tx`select set_config('plan_cache_mode', 'force_generic_plan', true)`;
      const list = (items: readonly string[]) => (items.length ? `(${items.join(", ")})` : "");
      await tx.unsafe(`prepare explained${list(types.map((type) => names.get(type) ?? "unknown"))} as ${text}`);
      root = planOf(await tx.unsafe(`explain (format json) execute explained${list(parameters.map(() => "null"))}`));
      await tx.unsafe("deallocate explained");
    })
    .catch((error: Error) => Promise.reject(new Error(`${error.message}, in: ${text}`, { cause: error })));
  return root as PlanNode;
}

/** As the node's own connection sends it, which knows the types of arrays. */
function asSent(tx: { typed: SuperuserConnection["typed"] }, parameter: unknown, type: number): unknown {
  if (Array.isArray(parameter)) return `{${parameter.map((item) => JSON.stringify(item)).join(",")}}`;
  return type ? tx.typed(parameter as never, type) : parameter;
}

function planOf([row]: readonly Record<string, unknown>[]): PlanNode {
  if (!row) throw new Error("PostgreSQL explained nothing.");
  return (row["QUERY PLAN"] as [{ Plan: PlanNode }])[0].Plan;
}
