/** How a message is met: let through, refused, or the last straw. */
export type Verdict = "pass" | "over" | "flood";

/**
 * A burst of `burst` messages, refilled at `perSecond`. Every message over the limit digs deeper;
 * `floodFactor` bursts deep is a flood.
 * @param now milliseconds, injected in tests
 */
export function createTokenBucket(
  { burst, perSecond, floodFactor }: { burst: number; perSecond: number; floodFactor: number },
  now: () => number = () => performance.now(),
) {
  let level = burst;
  let last = now();
  return function take(): Verdict {
    const time = now();
    level = Math.min(burst, level + ((time - last) / 1_000) * perSecond);
    last = time;
    level -= 1;
    if (level >= 0) return "pass";
    return level < -burst * floodFactor ? "flood" : "over";
  };
}
