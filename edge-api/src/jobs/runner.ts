import { getLogger } from "@logtape/logtape";
import type { Database } from "../db/database.ts";
import type { Job } from "./job.ts";
import { enlistJobs, takeTurn } from "./take-turn.ts";

/** How often a node looks whether something is due. */
const LOOK_MS = 2_000;

/** Does jobs whenever they are due, until it is stopped. Any number of nodes may run it on one database. */
export function startJobs(database: Database, jobs: readonly Job[], { lookMs = LOOK_MS }: { lookMs?: number } = {}) {
  const logger = getLogger(["dramac", "jobs"]);
  let isEnlisted = false;
  let isStopped = false;
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    if (!isEnlisted) await enlistJobs(database, jobs);
    isEnlisted = true;
    const due = await database.withPlatform("due jobs", (tx) => tx`select name from jobs where next_run_at <= now()`);
    for (const job of jobs) if (due.some(({ name }) => name === job.name)) await finish(job);
  }

  /** One job's fault keeps none of the others waiting; it is tried again at the next look. */
  async function finish(job: Job): Promise<void> {
    try {
      while (!isStopped && (await takeTurn(database, job)) === "more");
    } catch (fault) {
      warn(job.name, fault);
    }
  }

  function warn(what: string, fault: unknown): void {
    logger.warn("job {what}: {fault}", { what, fault: fault instanceof Error ? fault.message : String(fault) });
  }

  function look(): void {
    if (isStopped) return;
    working ??= work()
      .catch((fault: unknown) => warn("look-up", fault))
      .finally(() => (working = undefined));
  }

  const timer = setInterval(look, lookMs);
  look();
  return {
    /** Resolves when the piece that is being done is done; begins no other. */
    async stop(): Promise<void> {
      isStopped = true;
      clearInterval(timer);
      await working;
    },
  };
}
