import { getLogger } from "@logtape/logtape";
import { createPoller } from "../services/create-poller.ts";
import { doDuties } from "./duties.ts";
import { reconcile, type ReconcileServices } from "./reconcile.ts";

const LOOK_MS = 5_000;
const MINUTE_MS = 60_000;
const RECENT_MS = 60 * MINUTE_MS;
/** What could not be done, or not to its end, is begun anew after so long at the latest. */
const AGAIN_MS = 15 * MINUTE_MS;
/** Clocks differ: looked at twice is better than never. */
const SLACK_MS = 5 * MINUTE_MS;

interface Work {
  readonly name: string;
  readonly everyMs: number;
  /** After that another node may begin it anew: whoever began has died. */
  readonly leaseMs: number;
  /** @param since when it last began what it then did to its end */
  readonly run: (services: ReconcileServices, isOver: () => boolean, since: Date | null) => Promise<unknown>;
}

const WORK: readonly Work[] = [
  { name: "billing duties", everyMs: LOOK_MS, leaseMs: 5 * MINUTE_MS, run: doDuties },
  {
    name: "billing reconciliation of the last hour",
    everyMs: 15 * MINUTE_MS,
    leaseMs: 15 * MINUTE_MS,
    run: (services, isOver, since) => reconcile(services, { since: recentlyFrom(services.clock(), since), isOver }),
  },
  { name: "billing reconciliation", everyMs: 24 * 60 * MINUTE_MS, leaseMs: 4 * 60 * MINUTE_MS, run: (services, isOver) => reconcile(services, { isOver }) },
];

/** An hour, or as long as nobody could be asked: what was created in the meantime is not left to the night. */
const recentlyFrom = (now: number, since: Date | null): Date => new Date(Math.min(now - RECENT_MS, since ? since.getTime() - SLACK_MS : now));

/**
 * What some node does about billing now and then. Unlike other jobs it waits for somebody else, so no transaction is held
 * meanwhile: whoever begins says until when, and says so again when it is done.
 */
export function startRegularWork(services: ReconcileServices, { lookMs = LOOK_MS }: { lookMs?: number } = {}) {
  const { database, clock } = services;
  const logger = getLogger(["dramac", "billing"]);

  async function begin({ name, leaseMs }: Work): Promise<{ at: Date; since: Date | null } | undefined> {
    const at = new Date(clock());
    const [turn] = await database.withPlatform(name, async (tx) => {
      await tx`insert into jobs (name, next_run_at) values (${name}, ${at}) on conflict do nothing`;
      return tx`update jobs set next_run_at = ${new Date(at.getTime() + leaseMs)} where name = ${name} and next_run_at <= ${at} returning last_run_at as since`;
    });
    return turn && { at, since: turn.since as Date | null };
  }

  const finish = ({ name, everyMs }: Work, at: Date) =>
    database.withPlatform(name, (tx) => tx`update jobs set last_run_at = ${at}, next_run_at = ${new Date(clock() + everyMs)} where name = ${name}`);

  const putOff = ({ name, everyMs }: Work, byMs: number) =>
    database.withPlatform(name, (tx) => tx`update jobs set next_run_at = ${new Date(clock() + Math.min(everyMs, byMs))} where name = ${name}`);

  async function work(isOver: () => boolean): Promise<void> {
    for (const one of WORK) {
      const turn = isOver() ? undefined : await begin(one);
      if (!turn) continue;
      try {
        await one.run(services, isOver, turn.since);
        // Stopped in the middle it is another node's turn at once.
        await (isOver() ? putOff(one, 0) : finish(one, turn.at));
      } catch (fault) {
        logger.error("BILLING_WORK_FAILED: {name}: {fault}", { name: one.name, fault: (fault as Error).message });
        await putOff(one, AGAIN_MS);
      }
    }
  }

  // A stop waits until what is being done has come to a good place.
  return createPoller(work, { everyMs: lookMs, onFault: (fault) => logger.warn("billing: {fault}", { fault: fault.message }) });
}
