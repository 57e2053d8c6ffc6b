import { Hono } from "hono";
import { isSurfaceKey } from "@dramac/contracts";
import { ApiError } from "../http/api-error.ts";
import type { Plans } from "../services/plans.ts";

/** The plan of a surface: the same for every visitor, so that browsers and CDNs can hold it. */
export function planRoutes({ plans }: { plans: Plans }) {
  return new Hono().get("/api/surfaces/:key/plan", async (context) => {
    const key = context.req.param("key");
    if (!isSurfaceKey(key))
      throw new ApiError("invalid_key", "This is not a surface key. Copy it again from your dashboard.", { headers: { "access-control-allow-origin": "*" } });
    const { json, etag } = await plans.get(key);
    const isSame = context.req.header("if-none-match")?.includes(etag);
    return new Response(isSame ? null : json, {
      status: isSame ? 304 : 200,
      headers: {
        "content-type": "application/json",
        etag,
        "cache-control": "public, max-age=60, stale-if-error=86400",
        "cdn-cache-control": "public, max-age=86400, stale-while-revalidate=60, stale-if-error=604800",
        "surrogate-key": key,
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "ETag",
        "x-content-type-options": "nosniff",
      },
    });
  });
}
