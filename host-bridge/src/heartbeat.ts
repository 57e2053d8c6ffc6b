import type { Limits } from "@dramac/contracts";

/**
 * Pings again and again; some unanswered pings in a row mean that the other side is stuck.
 * Stands still while the page is hidden or frozen, when timers and answers are late for other reasons.
 */
export function createHeartbeat({ heartbeatMs, missedHeartbeats }: Limits, ping: () => void, onDead: () => void, signal: AbortSignal) {
  let unanswered = 0;
  const timer = setInterval(() => {
    if (document.hidden) unanswered = 0;
    else if (++unanswered > missedHeartbeats) onDead();
    else ping();
  }, heartbeatMs);
  signal.addEventListener("abort", () => clearInterval(timer));
  return function pong(): void {
    unanswered = 0;
  };
}
