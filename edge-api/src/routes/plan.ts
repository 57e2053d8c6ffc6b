import { isSurfaceKey } from "@dramac/contracts";
import { Hono } from "hono";
import { ApiError } from "../http/api-error.ts";
import { planHeaders } from "./plan-answer.ts";
import type { Plans } from "../services/plans.ts";

/** Serves the plan of a surface, and builds it when it is not in memory. */
export function planRoutes({ plans }: { plans: Plans }) {
  return new Hono().get("/api/surfaces/:key/plan", async (context) => {
    const key = context.req.param("key");
    if (!isSurfaceKey(key))
      throw new ApiError("invalid_key", "This is not a surface key. Copy it again from your dashboard.", { headers: { "access-control-allow-origin": "*" } });
    const { json, etag } = await plans.get(key);
    const isSame = context.req.header("if-none-match")?.includes(etag);
    return new Response(isSame ? null : json, { status: isSame ? 304 : 200, headers: planHeaders(key, etag) });
  });
}
