import { applyDuePrices } from "../services/apply-due-prices.ts";
import { forgetAssertions } from "../services/identity/forget-assertions.ts";
import { recordEndedLimits } from "../services/limits.ts";
import { renewClientPeriods } from "../services/renew-client-periods.ts";
import { purgeUninstalled } from "../services/purge-uninstalled.ts";
import { forgetPrintPages } from "../services/print-pages.ts";
import type { Job } from "./job.ts";
import { createUsagePartitionsJob } from "./maintain-usage-partitions.ts";
import { rollUpUsage } from "./roll-up-usage.ts";
import { timeBoxed } from "./time-boxed.ts";

const MINUTE_MS = 60_000;

/** All background jobs. Add new jobs here. */
export const allJobs = (clock: () => number = Date.now): readonly Job[] => [
  createUsagePartitionsJob(),
  rollUpUsage,
  timeBoxed("due prices", MINUTE_MS, applyDuePrices),
  timeBoxed("ended limits", MINUTE_MS, (database, shouldStop) => recordEndedLimits(database, shouldStop, clock)),
  timeBoxed("client periods", 10 * MINUTE_MS, renewClientPeriods),
  timeBoxed("purge what was uninstalled", 60 * MINUTE_MS, purgeUninstalled),
  timeBoxed("forget assertions", 60 * MINUTE_MS, forgetAssertions),
  timeBoxed("forget pages to print", 10 * MINUTE_MS, forgetPrintPages),
];
