import type { Tx } from "../db/database.ts";
import { type Usage, usageOf, type UsageSums, usageSums } from "./usage-figures.ts";
import { type DayRange, isIn, isWithin, type UsageScope } from "./usage-summary.ts";

interface Ranked extends Usage {
  readonly id: string;
  /** The number of all events, by which the list is sorted. */
  readonly events: bigint;
}

/**
 * Modules or sites of a scope, highest usage first, from the daily rollup.
 * @param after the last row of the page before
 * @param max one more than a page holds, so that the caller knows whether there is another page
 */
export async function rankUsage(
  tx: Tx,
  { scope, by, max, after, ...range }: DayRange & { scope: UsageScope; by: "module" | "site"; max: number; after: readonly [count: string, id: string] },
): Promise<readonly Ranked[]> {
  const column = tx(`${by}_id`);
  const ranked = await tx<{ id: string; events: bigint }[]>`
    select id, events from (
      select ${column} as id, sum(events)::bigint as events from module_usage_daily
      where ${isIn(tx, scope)} and ${isWithin(tx, range)} and ${column} is not null group by 1) as ranking
    where (events, id) < (${after[0]}::text::bigint, ${after[1]}::text::uuid) order by events desc, id desc limit ${max}`;
  if (!ranked.length) return [];
  const rows = (await tx`
    select ${column} as id, ${usageSums(tx)} from module_usage_daily
    where ${isIn(tx, scope)} and ${isWithin(tx, range)} and ${column} in ${tx(ranked.map(({ id }) => id))}
    group by 1, verified`) as unknown as readonly (UsageSums & { readonly id: string })[];
  return ranked.map(({ id, events }) => ({ id, events, ...usageOf(rows.filter((row) => row.id === id)) }));
}
