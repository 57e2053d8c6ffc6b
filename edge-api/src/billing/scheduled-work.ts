import { getLogger } from "@logtape/logtape";
import { createPoller } from "../services/create-poller.ts";
import { runPendingActions } from "./pending-actions.ts";
import { reconcile, type ReconcileServices } from "./reconcile.ts";

const POLL_MS = 5_000;
const MINUTE_MS = 60_000;
const RECENT_MS = 60 * MINUTE_MS;
/** What could not be done, or not to its end, is begun anew after so long at the latest. */
const RETRY_MS = 15 * MINUTE_MS;
/** Clocks differ: looked at twice is better than never. */
const SLACK_MS = 5 * MINUTE_MS;

interface ScheduledWork {
  readonly name: string;
  readonly everyMs: number;
  /** After that another node may begin it anew: whoever began has died. */
  readonly leaseMs: number;
  /** @param since when it last began what it then did to its end */
  readonly run: (services: ReconcileServices, shouldStop: () => boolean, since: Date | null) => Promise<unknown>;
}

const SCHEDULE: readonly ScheduledWork[] = [
  { name: "billing duties", everyMs: POLL_MS, leaseMs: 5 * MINUTE_MS, run: runPendingActions },
  {
    name: "billing reconciliation of the last hour",
    everyMs: 15 * MINUTE_MS,
    leaseMs: 15 * MINUTE_MS,
    run: (services, shouldStop, since) => reconcile(services, { since: recentlyFrom(services.clock(), since), shouldStop }),
  },
  {
    name: "billing reconciliation",
    everyMs: 24 * 60 * MINUTE_MS,
    leaseMs: 4 * 60 * MINUTE_MS,
    run: (services, shouldStop) => reconcile(services, { shouldStop }),
  },
];

/** An hour, or as long as nobody could be asked: what was created in the meantime is not left to the night. */
const recentlyFrom = (now: number, since: Date | null): Date => new Date(Math.min(now - RECENT_MS, since ? since.getTime() - SLACK_MS : now));

/**
 * What some node does about billing now and then. Unlike other jobs it waits for somebody else, so no transaction is held
 * meanwhile: whoever begins says until when, and says so again when it is done.
 */
export function startScheduledWork(services: ReconcileServices, { lookMs: pollMs = POLL_MS }: { pollMs?: number } = {}) {
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

  const finish = ({ name, everyMs }: ScheduledWork, at: Date) =>
    database.withPlatform(name, (tx) => tx`update jobs set last_run_at = ${at}, next_run_at = ${new Date(clock() + everyMs)} where name = ${name}`);

  const postpone = ({ name, everyMs }: ScheduledWork, byMs: number) =>
    database.withPlatform(name, (tx) => tx`update jobs set next_run_at = ${new Date(clock() + Math.min(everyMs, byMs))} where name = ${name}`);

  async function work(shouldStop: () => boolean): Promise<void> {
    for (const one of SCHEDULE) {
      const turn = shouldStop() ? undefined : await claimTurn(one);
      if (!turn) continue;
      try {
        await one.run(services, shouldStop, turn.since);
        // Stopped in the middle it is another node's turn at once.
        await (shouldStop() ? postpone(one, 0) : finish(one, turn.at));
      } catch (error) {
        logger.error("BILLING_WORK_FAILED: {name}: {error}", { name: one.name, error: (error as Error).message });
        await postpone(one, RETRY_MS);
      }
    }
  }

  // A stop waits until what is being done has come to a good place.
  return createPoller(work, { everyMs: pollMs, onError: (error) => logger.warn("billing: {error}", { error: error.message }) });
}
