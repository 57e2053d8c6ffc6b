import { isListedOrigin, isSurfaceKey, MEMBER_SESSION_HOURS, AssertionRequestSchema } from "@dramac/contracts";
import { type Context, Hono } from "hono";
import { ApiError, parse } from "../http/api-error.ts";
import { readJson } from "../http/body.ts";
import { networkOf } from "../http/client-network.ts";
import { allowOrigin } from "../http/frames-cors.ts";
import { createRateLimit } from "../http/rate-limit.ts";
import type { ClientInfo } from "../services/audit.ts";
import type { Assertions } from "../services/identity/assertions.ts";
import type { Identities } from "../services/identity/identities.ts";
import type { Plans } from "../services/plans.ts";

const PLANS_A_MINUTE = 600;
const BODY_BYTES = 16 * 1024;

/** Routes that pages call for their members: the member's own plan, and signing out. */
export function memberRoutes(services: { plans: Plans; identities: Identities; assertions: Assertions; clientInfoOf: (context: Context) => ClientInfo }) {
  const { plans, identities, assertions, clientInfoOf } = services;
  const limits = { plan: createRateLimit(PLANS_A_MINUTE, 60), "sign-out": createRateLimit(PLANS_A_MINUTE, 60) };

  /**
   * The surface, and headers that let the page which asks read the response.
   * @throws ApiError `invalid_key`; `origin_not_allowed` when the page is none of the surface's; `rate_limited`
   */
  async function surfaceFor(context: Context, limit?: keyof typeof limits) {
    const key = context.req.param("key") ?? "";
    if (!isSurfaceKey(key)) throw new ApiError("invalid_key", "This is not a surface key. Copy it again from your dashboard.");
    const { facts } = await plans.get(key);
    const origin = context.req.header("origin") ?? "";
    if (!facts || !isListedOrigin(origin, [...facts.origins, ...facts.previewOrigins])) {
      throw new ApiError("origin_not_allowed", `Add ${origin || "the page's origin"} to the origins of surface ${key}.`);
    }
    const headers = { ...allowOrigin(origin), "cache-control": "no-store" };
    // After the origin check, and by surface: other sites' pages use up nothing of this rate.
    if (limit) await readable(headers, () => limits[limit](`${networkOf(clientInfoOf(context).address)} ${key}`));
    return { key, facts, headers };
  }

  async function preflight(context: Context): Promise<Response> {
    const { headers } = await surfaceFor(context);
    return new Response(null, {
      status: 204,
      headers: { ...headers, "access-control-allow-methods": "POST", "access-control-allow-headers": "content-type", "access-control-max-age": "7200" },
    });
  }

  /** Lets the page read an error response, too. */
  async function readable<T>(headers: Record<string, string>, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ApiError) throw new ApiError(error.code, error.message, { ...error.extra, headers: { ...error.extra.headers, ...headers } });
      throw error;
    }
  }

  return new Hono()
    .options("/api/surfaces/:key/plan", preflight)
    .post("/api/surfaces/:key/plan", async (context) => {
      const { key, facts, headers } = await surfaceFor(context, "plan");
      return readable(headers, async () => {
        const { assertion } = parse(AssertionRequestSchema, await readJson(context, BODY_BYTES));
        const { clientId, siteId } = await identities.admit(assertion, facts, clientInfoOf(context));
        const { json } = await plans.get(key, facts.kind === "site" ? undefined : { clientId: facts.clientId ?? clientId, siteId });
        return new Response(json, { headers: { ...headers, "content-type": "application/json" } });
      });
    })
    .options("/api/surfaces/:key/sign-out", preflight)
    .post("/api/surfaces/:key/sign-out", async (context) => {
      const { headers } = await surfaceFor(context, "sign-out");
      return readable(headers, async () => {
        const { assertion } = parse(AssertionRequestSchema, await readJson(context, BODY_BYTES));
        await assertions.signOut(assertion, MEMBER_SESSION_HOURS * 3_600);
        return new Response(null, { status: 204, headers });
      });
    });
}
