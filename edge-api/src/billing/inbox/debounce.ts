import { setTimeout as sleep } from "node:timers/promises";

/** What belongs together comes within that: an order, its subscription and its first payment are three deliveries. */
const QUIET_MS = 50;
/** However much comes: as often as the provider answers, five times a second. */
const MAX_WAIT_MS = 200;

/**
 * Lets deliveries be taken in before those that are there are worked off: whoever sends them waits for an answer, nobody waits for
 * their effect that hard, and a burst about one resource becomes one look at the provider.
 */
export function createDebounce() {
  let last = Number.NEGATIVE_INFINITY;
  return {
    /** A delivery has come. */
    restart(): void {
      last = performance.now();
    },
    /** Resolves when none has come for a moment, at once if that is so; after a fifth of a second in any case. */
    async wait(): Promise<void> {
      const end = performance.now() + MAX_WAIT_MS;
      for (;;) {
        const now = performance.now();
        const rest = Math.min(last + QUIET_MS, end) - now;
        if (rest <= 0) return;
        await sleep(rest);
      }
    },
  };
}
