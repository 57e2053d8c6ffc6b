import { getLogger } from "@logtape/logtape";
import { doDuties } from "./duties.ts";
import { reconcile, type ReconcileServices } from "./reconcile.ts";

const LOOK_MS = 5_000;
const MINUTE_MS = 60_000;
const RECENT_MS = 60 * MINUTE_MS;

interface Work {
  readonly name: string;
  readonly everyMs: number;
  /** After that another node may begin it anew: whoever began has died. */
  readonly leaseMs: number;
  readonly run: (services: ReconcileServices, isOver: () => boolean) => Promise<unknown>;
}

const WORK: readonly Work[] = [
  { name: "billing duties", everyMs: LOOK_MS, leaseMs: 5 * MINUTE_MS, run: doDuties },
  {
    name: "billing reconciliation of the last hour",
    everyMs: 15 * MINUTE_MS,
    leaseMs: 15 * MINUTE_MS,
    run: (services, isOver) => reconcile(services, { since: new Date(services.clock() - RECENT_MS), isOver }),
  },
  { name: "billing reconciliation", everyMs: 24 * 60 * MINUTE_MS, leaseMs: 4 * 60 * MINUTE_MS, run: (services, isOver) => reconcile(services, { isOver }) },
];

/**
 * What some node does about billing now and then. Unlike other jobs it waits for somebody else, so no transaction is held
 * meanwhile: whoever begins says until when, and says so again when it is done.
 */
export function startRegularWork(services: ReconcileServices, { lookMs = LOOK_MS }: { lookMs?: number } = {}) {
  const { database, clock } = services;
  const logger = getLogger(["dramac", "billing"]);
  let running: Promise<void> | undefined;
  let isStopped = false;

  async function begin({ name, leaseMs }: Work): Promise<boolean> {
    const now = new Date(clock());
    const [turn] = await database.withPlatform(name, async (tx) => {
      await tx`insert into jobs (name, next_run_at) values (${name}, ${now}) on conflict do nothing`;
      return tx`
        update jobs set last_run_at = ${now}, next_run_at = ${new Date(now.getTime() + leaseMs)}
        where name = ${name} and next_run_at <= ${now} returning name`;
    });
    return turn !== undefined;
  }

  const finish = ({ name, everyMs }: Work) =>
    database.withPlatform(name, (tx) => tx`update jobs set next_run_at = ${new Date(clock() + everyMs)} where name = ${name}`);

  async function work(): Promise<void> {
    for (const one of WORK) {
      if (isStopped || !(await begin(one))) continue;
      // Whoever cannot be asked now is asked at the next turn.
      await one
        .run(services, () => isStopped)
        .catch((fault: Error) => logger.error("BILLING_WORK_FAILED: {name}: {fault}", { name: one.name, fault: fault.message }));
      await finish(one);
    }
  }

  function look(): void {
    running ??= work()
      .catch((fault: Error) => logger.warn("billing: {fault}", { fault: fault.message }))
      .finally(() => (running = undefined));
  }

  const timer = setInterval(look, lookMs);
  look();
  return {
    /** Resolves when what is being done has come to a good place to stop. */
    async stop(): Promise<void> {
      isStopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
