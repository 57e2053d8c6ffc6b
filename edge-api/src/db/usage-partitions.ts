import type { Driver } from "./driver.ts";

/** Makes the day partitions of the usage events from a day on, and the month partitions of their rollups. Returns how many were new. */
export async function ensureUsagePartitions(sql: Driver, from: Date, days: number): Promise<number> {
  const [row] = await sql<{ made: number }[]>`select ensure_usage_partitions(${isoDay(from)}::date, ${days}::int) as made`;
  return row?.made ?? 0;
}

/** Drops the day partitions that lie wholly before a day. Returns how many. */
export async function dropUsagePartitions(sql: Driver, before: Date): Promise<number> {
  const [row] = await sql<{ dropped: number }[]>`select drop_usage_partitions(${isoDay(before)}::date) as dropped`;
  return row?.dropped ?? 0;
}

/** Drops the months of rollups that lie wholly before the month of a day. Returns how many. */
export async function dropUsageRollups(sql: Driver, before: { readonly hourly: Date; readonly daily: Date }): Promise<number> {
  const [row] = await sql<{ dropped: number }[]>`select drop_usage_rollups(${isoDay(before.hourly)}::date, ${isoDay(before.daily)}::date) as dropped`;
  return row?.dropped ?? 0;
}

const isoDay = (day: Date): string => day.toISOString().slice(0, 10);
