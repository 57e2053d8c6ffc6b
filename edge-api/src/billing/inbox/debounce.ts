import { setTimeout as sleep } from "node:timers/promises";

/** An order, its subscription and its first payment are three deliveries that come within this time. */
const QUIET_MS = 50;
/** The longest wait, which is about how long the provider takes for one answer. */
const MAX_WAIT_MS = 200;

/**
 * Delays work until no delivery has come for a moment. Storing deliveries goes first, because the sender waits for the answer, and
 * several deliveries about one resource need only one request to the provider.
 */
export function createDebounce() {
  let last = Number.NEGATIVE_INFINITY;
  return {
    /** Call it for each delivery that comes. */
    restart(): void {
      last = performance.now();
    },
    /** Resolves once no delivery has come for 50 ms, and after 200 ms at the latest. */
    async wait(): Promise<void> {
      const latest = performance.now() + MAX_WAIT_MS;
      for (;;) {
        const now = performance.now();
        const remaining = Math.min(last + QUIET_MS, latest) - now;
        if (remaining <= 0) return;
        await sleep(remaining);
      }
    },
  };
}
