import type { MiddlewareHandler } from "hono";
import type { Clock } from "../clock.ts";
import { ApiError } from "../api-error.ts";
import type { Mode } from "../types.ts";

export interface ApiEnvironment {
  Variables: { mode: Mode };
}

const WINDOW_MS = 60_000;

/** Checks the API key, which also decides the mode, then the rate limit. @throws ApiError 401, 429 */
export function checkRequest(apiKeys: Readonly<Record<Mode, string>>, perMinute: number, clock: Clock): MiddlewareHandler<ApiEnvironment> {
  const windows = new Map<Mode, { since: number; calls: number }>();
  return async (context, next) => {
    const key = /^Bearer (.+)$/.exec(context.req.header("authorization") ?? "")?.[1];
    const mode = (["live", "test"] as const).find((one) => apiKeys[one] === key);
    if (!mode) throw new ApiError(401, "Unauthenticated.");
    context.set("mode", mode);

    const now = clock.now();
    const running = windows.get(mode);
    const window = running && now - running.since < WINDOW_MS ? running : { since: now, calls: 0 };
    windows.set(mode, window);
    window.calls++;
    context.header("x-ratelimit-limit", String(perMinute));
    context.header("x-ratelimit-remaining", String(Math.max(0, perMinute - window.calls)));
    if (window.calls > perMinute) {
      context.header("retry-after", String(Math.ceil((window.since + WINDOW_MS - now) / 1_000)));
      throw new ApiError(429, "Too Many Attempts.");
    }
    await next();
  };
}
