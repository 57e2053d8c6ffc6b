import { getLogger } from "@logtape/logtape";
import { createPoller } from "../services/create-poller.ts";
import { runPendingActions } from "./pending-actions.ts";
import { reconcile, type ReconcileServices } from "./reconcile.ts";

const POLL_MS = 5_000;
const MINUTE_MS = 60_000;
const RECENT_MS = 60 * MINUTE_MS;
/** The longest pause before work that failed is tried again. */
const RETRY_MS = 15 * MINUTE_MS;
/** Overlap of two reconciliations, because the clocks of nodes and provider differ. */
const OVERLAP_MS = 5 * MINUTE_MS;

interface ScheduledWork {
  readonly name: string;
  readonly everyMs: number;
  /** After this time another node may start the work again, because the first one may have died. */
  readonly leaseMs: number;
  /** @param since the start of the last run that completed */
  readonly run: (services: ReconcileServices, shouldStop: () => boolean, since: Date | null) => Promise<unknown>;
}

/** The names are rows of the table `jobs`. */
const SCHEDULE: readonly ScheduledWork[] = [
  { name: "billing duties", everyMs: POLL_MS, leaseMs: 5 * MINUTE_MS, run: runPendingActions },
  {
    name: "billing reconciliation of the last hour",
    everyMs: 15 * MINUTE_MS,
    leaseMs: 15 * MINUTE_MS,
    run: (services, shouldStop, since) => reconcile(services, { since: startOfRecent(services.clock(), since), shouldStop }),
  },
  {
    name: "billing reconciliation",
    everyMs: 24 * 60 * MINUTE_MS,
    leaseMs: 4 * 60 * MINUTE_MS,
    run: (services, shouldStop) => reconcile(services, { shouldStop }),
  },
];

/** One hour ago, or earlier if the last completed run was earlier. */
const startOfRecent = (now: number, since: Date | null): Date => new Date(Math.min(now - RECENT_MS, since ? since.getTime() - OVERLAP_MS : now));

/**
 * Runs the scheduled work of billing on one of the nodes at a time. It waits for the provider, so unlike other jobs it holds no
 * transaction meanwhile: the node writes until when it owns the work, and writes again when the work is done.
 */
export function startScheduledWork(services: ReconcileServices, { pollMs = POLL_MS }: { pollMs?: number } = {}) {
  const { database, clock } = services;
  const logger = getLogger(["dramac", "billing"]);

  async function claimTurn({ name, leaseMs }: ScheduledWork): Promise<{ at: Date; since: Date | null } | undefined> {
    const at = new Date(clock());
    const [turn] = await database.withPlatform(name, async (tx) => {
      await tx`insert into jobs (name, next_run_at) values (${name}, ${at}) on conflict do nothing`;
      return tx`update jobs set next_run_at = ${new Date(at.getTime() + leaseMs)} where name = ${name} and next_run_at <= ${at} returning last_run_at as since`;
    });
    return turn && { at, since: turn.since as Date | null };
  }

  const complete = ({ name, everyMs }: ScheduledWork, at: Date) =>
    database.withPlatform(name, (tx) => tx`update jobs set last_run_at = ${at}, next_run_at = ${new Date(clock() + everyMs)} where name = ${name}`);

  const postpone = ({ name, everyMs }: ScheduledWork, byMs: number) =>
    database.withPlatform(name, (tx) => tx`update jobs set next_run_at = ${new Date(clock() + Math.min(everyMs, byMs))} where name = ${name}`);

  async function runDue(shouldStop: () => boolean): Promise<void> {
    for (const work of SCHEDULE) {
      const turn = shouldStop() ? undefined : await claimTurn(work);
      if (!turn) continue;
      try {
        await work.run(services, shouldStop, turn.since);
        // If this node stops in the middle, another one may start the work at once.
        await (shouldStop() ? postpone(work, 0) : complete(work, turn.at));
      } catch (error) {
        logger.error("BILLING_WORK_FAILED: {name}: {error}", { name: work.name, error: (error as Error).message });
        await postpone(work, RETRY_MS);
      }
    }
  }

  // Stopping waits for the resource that is being processed.
  return createPoller(runDue, { everyMs: pollMs, onError: (error) => logger.warn("billing: {error}", { error: error.message }) });
}
