import type { LemonSqueezyMock } from "@dramac/lemon-squeezy-mock";

/** Between two steps, milliseconds of the machine. */
const STEP_EVERY_MS = 10;
/** How far one step goes: a minute passes in less than a second. */
const STEP_MS = 2_000;

/** Lets the stand-in's clock go on in steps, much faster than the machine's, and tells everybody who lives by it. */
export function startSimulatedClock({ control }: LemonSqueezyMock, tell: (now: number) => void) {
  let isStopped = false;
  let isHeld = false;
  const running = (async () => {
    while (!isStopped) {
      await new Promise((resolve) => setTimeout(resolve, STEP_EVERY_MS));
      if (isHeld) continue;
      await control.advance(STEP_MS);
      tell(control.now());
    }
  })();
  return {
    now: control.now,
    /** Stands still while something happens: all of it is of one moment. */
    async hold<Result>(work: () => Promise<Result>): Promise<Result> {
      isHeld = true;
      try {
        return await work();
      } finally {
        isHeld = false;
        tell(control.now());
      }
    },
    /** Resolves when so much time has passed. */
    async sleep(ms: number): Promise<void> {
      for (const end = control.now() + ms; control.now() < end && !isStopped; ) await new Promise((resolve) => setTimeout(resolve, STEP_EVERY_MS));
    },
    async stop(): Promise<void> {
      isStopped = true;
      await running;
    },
  };
}

export type SimulatedClock = ReturnType<typeof startSimulatedClock>;
