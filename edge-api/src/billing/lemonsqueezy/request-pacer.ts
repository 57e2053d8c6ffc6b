import { setTimeout as wait } from "node:timers/promises";
import { BillingUnavailable } from "../provider.ts";

/** Time and chance, handed in so that tests wait for nothing. */
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
 * Lets at most `perMinute` calls begin within any minute, and none before a moment that the other side asked for. Work in the background
 * gets four fifths of it, so that whoever clicks need not wait behind a nightly walk.
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
     * Resolves when a call may begin, and counts it.
     * @param latest after which nobody is there any more to wait
     * @throws BillingUnavailable at once when its turn would come later
     */
    async waitForTurn(isBackground: boolean, latest = Number.POSITIVE_INFINITY): Promise<void> {
      for (let delay = delayOf(isBackground); delay > 0; delay = delayOf(isBackground)) {
        if (now() + delay > latest) throw new BillingUnavailable("Too much is asked of Lemon Squeezy at the moment: try again later.", delay);
        await sleep(delay);
      }
      startedAt.push(now());
    },
    /** Keeps every call back for a while: the other side has had enough. */
    holdBack(ms: number): void {
      notBefore = Math.max(notBefore, now() + ms);
    },
  };
}
