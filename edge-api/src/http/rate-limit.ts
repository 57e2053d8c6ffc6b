import { RateLimiterMemory } from "rate-limiter-flexible";
import { ApiError } from "./api-error.ts";

/** Allows `points` per `seconds` and key. @throws ApiError `rate_limited`, with Retry-After */
export function createRateLimit(points: number, seconds: number) {
  const limiter = new RateLimiterMemory({ points, duration: seconds });
  return async function consume(key: string, count = 1): Promise<void> {
    await limiter.consume(key, count).catch((refusal: { msBeforeNext?: number }) => {
      const wait = Math.max(1, Math.ceil((refusal.msBeforeNext ?? 1_000) / 1_000));
      throw new ApiError("rate_limited", `Too many requests. Try again in ${wait} s.`, { headers: { "retry-after": String(wait) } });
    });
  };
}
