import type { Limits } from "@dramac/contracts";

/** `over`: the message exceeds the limit. `flood`: the sender must be stopped. */
export type Verdict = "pass" | "over" | "flood";

/**
 * Allows a burst of messages and refills at the sustained rate. Messages over the limit lower the level further;
 * a level of `floodFactor` bursts below zero is a flood.
 * @param now a clock in milliseconds; tests replace it
 */
export function createTokenBucket({ burst, sustainedPerSecond, floodFactor }: Limits, now: () => number = () => performance.now()) {
  let level = burst;
  let last = now();
  return function take(): Verdict {
    const time = now();
    level = Math.min(burst, level + ((time - last) / 1_000) * sustainedPerSecond) - 1;
    last = time;
    if (level >= 0) return "pass";
    return level < -burst * floodFactor ? "flood" : "over";
  };
}
