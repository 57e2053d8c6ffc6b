import { getLogger } from "@logtape/logtape";
import type { Database } from "../db/database.ts";
import type { Job } from "./job.ts";
import { createPoller } from "../services/create-poller.ts";
import { enlistJobs, claimJob } from "./claim-job.ts";

/** How often a node looks whether something is due. */
const LOOK_MS = 2_000;

/** Does jobs whenever they are due, until it is stopped. Any number of nodes may run it on one database. */
export function startJobs(database: Database, jobs: readonly Job[], { lookMs = LOOK_MS }: { lookMs?: number } = {}) {
  const logger = getLogger(["dramac", "jobs"]);
  let isEnlisted = false;

  async function work(isOver: () => boolean): Promise<void> {
    if (!isEnlisted) await enlistJobs(database, jobs);
    isEnlisted = true;
    const due = await database.withPlatform("due jobs", (tx) => tx`select name from jobs where next_run_at <= now()`);
    for (const job of jobs) if (due.some(({ name }) => name === job.name)) await finish(job, isOver);
  }

  /** One job's fault keeps none of the others waiting; it is tried again at the next look. */
  async function finish(job: Job, isOver: () => boolean): Promise<void> {
    try {
      while (!isOver() && (await claimJob(database, job)) === "more");
    } catch (fault) {
      warn(job.name, fault);
    }
  }

  function warn(what: string, fault: unknown): void {
    logger.warn("job {what}: {fault}", { what, fault: fault instanceof Error ? fault.message : String(fault) });
  }

  // A stop waits for the piece that is being done.
  return createPoller(work, { everyMs: lookMs, onFault: (fault) => warn("look-up", fault) });
}
