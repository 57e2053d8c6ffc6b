import type { Limits } from "@dramac/contracts";

/** How a message is met: let through, refused, or the last straw. */
export type Verdict = "pass" | "over" | "flood";

/**
 * A burst of messages, refilled at the sustained rate. Every message over the limit digs deeper;
 * `floodFactor` bursts deep is a flood.
 * @param now milliseconds, injected in tests
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
