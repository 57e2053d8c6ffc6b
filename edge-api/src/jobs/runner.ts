import { getLogger } from "@logtape/logtape";
import type { Database } from "../db/database.ts";
import type { Job } from "./job.ts";
import { createPoller } from "../services/create-poller.ts";
import { registerJobs, claimJob } from "./claim-job.ts";

/** How often a node checks for due jobs. */
const POLL_MS = 2_000;

/** Runs due jobs until it is stopped. Any number of nodes may run it on one database. */
export function startJobs(database: Database, jobs: readonly Job[], { pollMs = POLL_MS }: { pollMs?: number } = {}) {
  const logger = getLogger(["dramac", "jobs"]);
  let isRegistered = false;

  async function work(shouldStop: () => boolean): Promise<void> {
    if (!isRegistered) await registerJobs(database, jobs);
    isRegistered = true;
    const due = await database.withPlatform("due jobs", (tx) => tx`select name from jobs where next_run_at <= now()`);
    for (const job of jobs) if (due.some(({ name }) => name === job.name)) await finish(job, shouldStop);
  }

  /** A failed job does not stop the others; it is tried again at the next poll. */
  async function finish(job: Job, shouldStop: () => boolean): Promise<void> {
    try {
      while (!shouldStop() && (await claimJob(database, job)) === "more");
    } catch (error) {
      warn(job.name, error);
    }
  }

  function warn(what: string, error: unknown): void {
    logger.warn("job {what}: {error}", { what, error: error instanceof Error ? error.message : String(error) });
  }

  // A stop waits for the piece that is being done.
  return createPoller(work, { everyMs: pollMs, onError: (error) => warn("look-up", error) });
}
