import type { Driver } from "./driver.ts";

/** Creates the day partitions of the usage events from a day on, and the month partitions of their rollups. @returns how many were new */
export async function ensureUsagePartitions(sql: Driver, from: Date, days: number): Promise<number> {
  const [row] = await sql<{ made: number }[]>`select ensure_usage_partitions(${isoDay(from)}::date, ${days}::int) as made`;
  return row?.made ?? 0;
}

/** Drops the day partitions that end before a day. @returns how many */
export async function dropUsagePartitions(sql: Driver, before: Date): Promise<number> {
  const [row] = await sql<{ dropped: number }[]>`select drop_usage_partitions(${isoDay(before)}::date) as dropped`;
  return row?.dropped ?? 0;
}

/** Drops the month partitions of the rollups that end before the month of a day. @returns how many */
export async function dropUsageRollups(sql: Driver, before: { readonly hourly: Date; readonly daily: Date }): Promise<number> {
  const [row] = await sql<{ dropped: number }[]>`select drop_usage_rollups(${isoDay(before.hourly)}::date, ${isoDay(before.daily)}::date) as dropped`;
  return row?.dropped ?? 0;
}

const isoDay = (day: Date): string => day.toISOString().slice(0, 10);
