import type { Context } from "hono";
import { getConnInfo } from "@hono/node-server/conninfo";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { ApiError } from "./api-error.ts";

/** The network a request comes from: IPv4, or the /64 of IPv6, so that one household counts once. */
export function clientNetwork(context: Context, trustedProxies: number): string {
  const forwarded = (context.req.header("x-forwarded-for") ?? "").split(",").map((part) => part.trim());
  const said = trustedProxies > 0 ? forwarded.at(-trustedProxies) : undefined;
  const address = said || peer(context);
  return address.includes(":") && !address.startsWith("::ffff:") ? address.split(":").slice(0, 4).join(":") : address;
}

function peer(context: Context): string {
  try {
    return getConnInfo(context).remote.address ?? "unknown";
  } catch {
    return "unknown";
  }
}

/** At most `points` per `seconds` and key. @throws ApiError `rate_limited`, with Retry-After */
export function createRateLimit(points: number, seconds: number) {
  const limiter = new RateLimiterMemory({ points, duration: seconds });
  return async function consume(key: string): Promise<void> {
    await limiter.consume(key).catch((refusal: { msBeforeNext?: number }) => {
      const wait = Math.max(1, Math.ceil((refusal.msBeforeNext ?? 1_000) / 1_000));
      throw new ApiError("rate_limited", `Too many requests. Try again in ${wait} s.`, { headers: { "retry-after": String(wait) } });
    });
  };
}
