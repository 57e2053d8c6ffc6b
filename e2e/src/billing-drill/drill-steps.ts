import type { Database } from "@dramac/edge-api/database";
import { type LemonSqueezyMock, sign } from "@dramac/lemon-squeezy-mock";
import { type DeliveryShuffler, describeEvent, eventKey } from "./delivery-shuffler.ts";
import type { EventLog } from "./event-log.ts";
import type { Interruption, startFlakyProxy } from "./flaky-proxy.ts";
import type { Nodes } from "./nodes.ts";
import type { Chance } from "./random.ts";

const SLOTS = [0, 1] as const;
/** How the provider repeats a delivery; after the last attempt it gives the delivery up. */
const RETRY_AFTER_MS = [5_000, 25_000, 125_000];
/** At most so long after one delivery comes the next one. */
const MAX_GAP_MS = 2_000;
/** How often a node processes deliveries between two deliveries. */
const WORK_SHARE = 0.4;
/** How often a round ends before all due deliveries are processed, asked before each group. */
const EARLY_END_SHARE = 0.01;
const INTERRUPTED_EFFECTS = 0.05;
const INTERRUPTED_DELIVERIES = 0.02;
/** About as many statements as the transaction of an effect, and as that of a delivery. */
const EFFECT_STATEMENTS = 12;
const DELIVERY_STATEMENTS = 3;
/** A crash comes early in the transaction, so that most transactions are long enough for it. */
const CRASH_STATEMENTS = 8;
/** At most so many steps pass until a crashed node runs again. */
const MAX_STEPS_DOWN = 30;
const POLL_MS = 2;

interface Services {
  readonly database: Database;
  readonly mock: LemonSqueezyMock;
  readonly nodes: Nodes;
  readonly proxy: Awaited<ReturnType<typeof startFlakyProxy>>;
  readonly shuffler: DeliveryShuffler;
  readonly chance: Chance;
  readonly log: EventLog;
  readonly secret: string;
  /** After how many effects a node is to crash, in ascending order. */
  readonly crashes: readonly number[];
}

/**
 * The steps of a drill. One step is complete before the next one begins, and chance decides between them: what happens depends on the
 * seed, and not on the speed of the machine.
 */
export function createDrillSteps({ database, mock, nodes, proxy, shuffler, chance, log, secret, crashes }: Services) {
  const counts = { sent: 0, refused: 0, lost: 0 };
  const crashesLeft = [...crashes];
  /** Steps until a crashed node starts again, by slot. */
  const stepsDown = new Map<number, number>();

  const advance = (ms: number) => mock.control.advance(ms);

  async function restartNodes(): Promise<void> {
    for (const [slot, steps] of stepsDown) {
      const isLast = !SLOTS.some((one) => nodes.isRunning(one));
      if (steps > 0 && !isLast) stepsDown.set(slot, steps - 1);
      else {
        stepsDown.delete(slot);
        await nodes.start(slot);
        log.add(`start ${slot}`);
      }
    }
  }

  /** Resolves when no session of a node has a transaction any more: PostgreSQL notices late that a client is gone. */
  async function untilSessionsIdle(): Promise<void> {
    for (;;) {
      const [row] = await database.withPlatform(
        "drill sessions",
        (tx) => tx`select count(*)::int as busy from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`,
      );
      if (row?.busy === 0) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  const chooseInterruption = (reason: string, share: number, statements: number): Interruption | undefined =>
    chance.is(share) ? { reason, statement: 1 + chance.below(statements), arrives: chance.is(0.5) } : undefined;

  /** Runs a step with an interruption. @returns its result, and whether the interruption came about */
  async function interrupted<Result>(interruption: Interruption | undefined, step: () => Promise<Result>): Promise<{ result: Result; note: string }> {
    const before = proxy.counts.interrupted;
    proxy.arm(interruption);
    const result = await step();
    proxy.arm(undefined);
    const isInterrupted = proxy.counts.interrupted > before;
    if (isInterrupted || nodes.counts.killed) await untilSessionsIdle();
    return { result, note: isInterrupted && interruption ? ` interrupted at ${interruption.statement}${interruption.arrives ? " after it arrived" : ""}` : "" };
  }

  function send(slot: number, body: string): Promise<boolean> {
    counts.sent++;
    const headers = { "content-type": "application/json", "x-signature": sign(body, secret), "x-event-name": "drill" };
    return nodes.deliver(slot, headers, body);
  }

  async function deliver(body: string): Promise<boolean> {
    await restartNodes();
    const slot = chance.pick(SLOTS);
    const { result: isTaken, note } = await interrupted(chooseInterruption("webhook", INTERRUPTED_DELIVERIES, DELIVERY_STATEMENTS), () => send(slot, body));
    log.add(`deliver ${describeEvent(body)} to ${slot}: ${isTaken ? "taken" : "refused"}${note}`);
    if (isTaken) shuffler.acknowledged.add(eventKey(body));
    else counts.refused++;
    return isTaken;
  }

  /** Has a node process one group of deliveries. @returns whether one was due */
  async function work(): Promise<boolean> {
    await advance(1 + chance.below(500));
    await restartNodes();
    const slot = chance.pick(SLOTS.filter((one) => nodes.isRunning(one)));
    const isCrash = crashesLeft[0] !== undefined && proxy.counts.effects >= crashesLeft[0];
    const crashAt = isCrash ? 1 + chance.below(CRASH_STATEMENTS) : undefined;
    const interruption = isCrash ? undefined : chooseInterruption("billing effect", INTERRUPTED_EFFECTS, EFFECT_STATEMENTS);
    const { result, note } = await interrupted(interruption, () => nodes.work(slot, crashAt));
    log.add(`work ${slot}: ${result}${result === "crashed" ? ` before statement ${crashAt}` : ""}${note}`);
    if (result === "crashed") {
      crashesLeft.shift();
      stepsDown.set(slot, chance.below(MAX_STEPS_DOWN));
      await untilSessionsIdle();
    }
    return result !== "none";
  }

  /** Both nodes get one delivery at the same moment, and then both look for deliveries that are due: one of them may find it. */
  async function raceNodes(body: string): Promise<void> {
    const taken = await Promise.all(SLOTS.map((slot) => send(slot, body)));
    if (taken.every(Boolean)) shuffler.acknowledged.add(eventKey(body));
    const outcomes = await Promise.all(SLOTS.map((slot) => nodes.work(slot)));
    log.add(`race ${describeEvent(body)}: ${taken.filter(Boolean).length} taken, ${outcomes.filter((outcome) => outcome === "one").length} worked`);
  }

  return {
    counts,
    /** Delivers all that is planned for a round, with what the provider repeats, and has the nodes process it. */
    async playRound(round: number): Promise<void> {
      const bodies = shuffler.take(round);
      const raced = bodies.pop();
      let at = mock.control.now();
      const queue = bodies.map((body) => ({ body, attempt: 0, at: (at += 1 + chance.below(MAX_GAP_MS)) }));
      while (queue.length) {
        const next = queue.reduce((first, one) => (one.at < first.at ? one : first));
        queue.splice(queue.indexOf(next), 1);
        await advance(Math.max(1, next.at - mock.control.now()));
        if (!(await deliver(next.body))) {
          const wait = RETRY_AFTER_MS[next.attempt];
          if (wait === undefined) counts.lost++;
          else queue.push({ body: next.body, attempt: next.attempt + 1, at: mock.control.now() + wait });
        }
        if (chance.is(WORK_SHARE)) await work();
      }
      let isDone = false;
      while (!isDone && !chance.is(EARLY_END_SHARE)) isDone = !(await work());
      if (raced === undefined) return;
      await restartNodes();
      if (isDone && SLOTS.every((slot) => nodes.isRunning(slot))) await raceNodes(raced);
      else if (!(await deliver(raced))) counts.lost++;
    },
    /** Processes everything that is open, at the times for which it is scheduled. */
    async drain(): Promise<void> {
      for (;;) {
        while (await work());
        const [row] = await database.withPlatform(
          "drill inbox",
          (tx) => tx`select min(next_attempt_at) as next from webhook_inbox where status in ('pending', 'waiting')`,
        );
        const next = row?.next as Date | null;
        if (!next) return;
        await advance(Math.max(1, next.getTime() - mock.control.now()));
      }
    },
  };
}
