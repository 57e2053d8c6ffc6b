import type { Job } from "./job.ts";
import { createUsagePartitionsJob } from "./keep-usage-partitions.ts";
import { rollUpUsage } from "./roll-up-usage.ts";

/** Everything that some node does by itself; a new job is added here. */
export const allJobs = (): readonly Job[] => [createUsagePartitionsJob(), rollUpUsage];
