import type { UsageStep } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { type Usage, usageOf, type UsageSums, usageSums } from "./usage-figures.ts";

/** The usage that is read: all given conditions must hold. */
export interface UsageScope {
  readonly agencyId?: string;
  readonly clientId?: string | undefined;
  readonly siteId?: string | undefined;
  readonly installationId?: string | undefined;
  readonly moduleId?: string | undefined;
}

/** Days in UTC, both included, like `2026-03-01`. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

const DAY_MS = 86_400_000;
const STEPS = {
  day: { table: "module_usage_daily", column: "day", ms: DAY_MS },
  hour: { table: "module_usage_hourly", column: "hour", ms: DAY_MS / 24 },
} as const;

/** The condition for the rows of a scope. */
export function isIn(tx: Tx, { agencyId, clientId, siteId, installationId, moduleId }: UsageScope) {
  const is = (column: string, id: string | undefined) => (id === undefined ? tx`true` : tx`${tx(column)} = ${id}`);
  return tx`${is("agency_id", agencyId)} and ${is("client_id", clientId)} and ${is("site_id", siteId)}
    and ${is("installation_id", installationId)} and ${is("module_id", moduleId)}`;
}

/** The condition for rows of the daily rollup within a range; PostgreSQL skips the partitions outside of it. */
export const isWithin = (tx: Tx, { from, to }: DayRange) => tx`day between ${from}::text::date and ${to}::text::date`;

/**
 * Usage over time, with one item for each day or hour of the range, also for those without usage. It is read from the rollups, which
 * follow the events within some seconds. The caller must bound the range.
 */
export async function summariseUsage(
  tx: Tx,
  { scope, from, to, step }: DayRange & { readonly scope: UsageScope; readonly step: UsageStep },
): Promise<{ readonly total: Usage; readonly items: readonly (Usage & { readonly at: Date })[] }> {
  const { table, column, ms } = STEPS[step];
  const [start, end] = [Date.parse(from), Date.parse(to) + DAY_MS];
  const within =
    step === "day"
      ? isWithin(tx, { from, to })
      : tx`hour >= ${new Date(start).toISOString()}::timestamptz and hour < ${new Date(end).toISOString()}::timestamptz`;
  const rows = (await tx`
    select ${tx(column)} as at, ${usageSums(tx)} from ${tx(table)} where ${isIn(tx, scope)} and ${within}
    group by 1, verified`) as unknown as readonly (UsageSums & { readonly at: Date })[];
  const items = Array.from({ length: (end - start) / ms }, (_, index) => {
    const at = new Date(start + index * ms);
    return { at, ...usageOf(rows.filter((row) => row.at.getTime() === at.getTime())) };
  });
  return { total: usageOf(rows), items };
}
