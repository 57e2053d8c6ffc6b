import { setTimeout as wait } from "node:timers/promises";
import { BillingUnavailable } from "../provider.ts";

/** Clock and random numbers, injected so that tests need not wait. */
export interface Timing {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(ms: number): Promise<unknown>;
  /** 0 ≤ x < 1 */
  random(): number;
}

export const realTiming: Timing = { now: Date.now, sleep: (ms) => wait(ms), random: Math.random };

const WINDOW_MS = 60_000;

/**
 * Limits the rate of calls to `perMinute` in any minute, and holds calls back when the provider asks for it. Work in the background may
 * use four fifths of the rate, so that a person who clicked need not wait for a nightly reconciliation.
 */
export function createRequestPacer(perMinute: number, { now, sleep }: Timing) {
  const startedAt: number[] = [];
  let notBefore = 0;

  function delayOf(isBackground: boolean): number {
    const time = now();
    while ((startedAt[0] ?? time) <= time - WINDOW_MS) startedAt.shift();
    const allowed = isBackground ? Math.max(1, Math.floor(perMinute * 0.8)) : perMinute;
    const blocking = startedAt[startedAt.length - allowed];
    return Math.max(notBefore - time, blocking === undefined ? 0 : blocking + WINDOW_MS - time);
  }

  return {
    /**
     * Resolves when a call may start, and counts the call.
     * @param latest milliseconds since 1970
     * @throws BillingUnavailable at once if the call could not start before `latest`
     */
    async waitForTurn(isBackground: boolean, latest = Number.POSITIVE_INFINITY): Promise<void> {
      for (let delay = delayOf(isBackground); delay > 0; delay = delayOf(isBackground)) {
        if (now() + delay > latest) throw new BillingUnavailable("There are too many calls of Lemon Squeezy at the moment: try again later.", delay);
        await sleep(delay);
      }
      startedAt.push(now());
    },
    /** Holds every call back for `ms` milliseconds. */
    holdBack(ms: number): void {
      notBefore = Math.max(notBefore, now() + ms);
    },
  };
}
