import type { Job } from "./job.ts";

const DAY_MS = 24 * 3_600_000;
/** Yesterday needs a partition, because clocks of visitors may be 12 hours behind ours. */
const DAYS_BEHIND = 1;
const DAYS_AHEAD = 8;

/** How many days usage is stored. Rollups are dropped by month, so a month stays until its last day is that old. */
export const USAGE_RETENTION_DAYS = { events: 14, hourly: 92, daily: 762 } as const;

/** The first day that needs a partition, and the number of days. */
export const partitionsAround = (now: Date): readonly [from: Date, days: number] => [new Date(now.getTime() - DAYS_BEHIND * DAY_MS), DAYS_BEHIND + DAYS_AHEAD];

/** Creates the partitions of the coming days and drops those that are too old. A partition with events that are not yet counted stays. */
export const createUsagePartitionsJob = (clock: () => Date = () => new Date()): Job => ({
  name: "usage partitions",
  everyMs: 3_600_000,
  async runBatch({ tx, database }) {
    const now = clock();
    const before = (days: number) => new Date(now.getTime() - days * DAY_MS);
    await database.ensureUsagePartitions(...partitionsAround(now));
    const [waiting] = await tx`select min(first_at) as since from module_usage_batches`;
    const since = (waiting?.since as Date | null) ?? now;
    await database.dropUsagePartitions(new Date(Math.min(before(USAGE_RETENTION_DAYS.events).getTime(), since.getTime())));
    await database.dropUsageRollups({ hourly: before(USAGE_RETENTION_DAYS.hourly), daily: before(USAGE_RETENTION_DAYS.daily) });
    return "done";
  },
});
