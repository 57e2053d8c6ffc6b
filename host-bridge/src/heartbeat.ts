import type { ShellContext } from "./shell-context.ts";

/**
 * Pings at an interval and calls `onDead` after `missedHeartbeats` pings in a row without an answer.
 * Pauses while the page is hidden: every engine throttles the timers of hidden pages, so answers come late there.
 * https://wicg.github.io/page-lifecycle/
 * @returns the function to call for each answer
 */
export function createHeartbeat({ init: { limits }, signal }: Pick<ShellContext, "init" | "signal">, ping: () => void, onDead: () => void) {
  let unanswered = 0;
  const timer = setInterval(() => {
    if (document.hidden) unanswered = 0;
    else if (++unanswered > limits.missedHeartbeats) onDead();
    else ping();
  }, limits.heartbeatMs);
  signal.addEventListener("abort", () => clearInterval(timer));
  return function pong(): void {
    unanswered = 0;
  };
}
