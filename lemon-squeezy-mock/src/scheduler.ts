import type { MockContext } from "./records.ts";
import { nextDueAt, advanceLifecycle } from "./lifecycle.ts";

const TICK_MS = 1_000;

/**
 * Performs everything that is due by the clock, in order: renewals, ends, and retries of payments and deliveries. A receiver of a
 * delivery may call the API meanwhile.
 */
export function createScheduler({ onIdle, ...mock }: MockContext & { onIdle(): void }) {
  const { state, clock, webhooks } = mock;
  let last: Promise<void> = Promise.resolve();
  let isStopped = false;

  function next(): { readonly at: number; run(): Promise<unknown> | void } | undefined {
    const [delivery, ...others] = webhooks.next();
    let first = delivery && { at: delivery.dueAt, run: (): Promise<unknown> | void => Promise.all([delivery, ...others].map(webhooks.attempt)) };
    for (const row of state.subscriptions) {
      const at = nextDueAt(row);
      if (at !== undefined && (first === undefined || at < first.at)) first = { at, run: () => advanceLifecycle(mock, row) };
    }
    return first;
  }

  async function runTo(moment: number): Promise<void> {
    for (let step = next(); step && step.at <= moment && !isStopped; step = next()) {
      clock.moveTo(step.at);
      await step.run();
    }
    clock.moveTo(moment);
    onIdle();
  }

  /** Moves the clock forward. Resolves when everything that was due has happened and was delivered. */
  function advanceTo(moment: () => number): Promise<void> {
    last = last.then(() => runTo(moment()));
    return last;
  }

  const runDue = () => advanceTo(clock.now);
  const timer = clock.isRunning ? setInterval(() => runDue().catch(() => undefined), TICK_MS).unref() : undefined;
  return {
    runDue,
    advanceTo: (moment: number) => advanceTo(() => Math.max(moment, clock.now())),
    advance: (ms: number) => advanceTo(() => clock.now() + ms),
    async stop(): Promise<void> {
      isStopped = true;
      webhooks.stop();
      clearInterval(timer);
      await last;
    },
  };
}

export type Scheduler = ReturnType<typeof createScheduler>;
