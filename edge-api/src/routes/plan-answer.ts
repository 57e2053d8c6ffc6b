import type { IncomingMessage, ServerResponse } from "node:http";
import { isSurfaceKey } from "@dramac/contracts";
import type { Addresses } from "../addresses.ts";
import { PLAN_CACHE } from "../http/cache-control.ts";
import type { BuiltPlan } from "../services/plan-cache.ts";
import type { Plans } from "../services/plans.ts";

/** Headers of a plan, which is the same for every visitor. */
export const planHeaders = (key: string, etag: string): Record<string, string> => ({
  "content-type": "application/json",
  etag,
  ...PLAN_CACHE,
  "surrogate-key": key,
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "ETag",
  "cross-origin-resource-policy": "cross-origin",
  "x-content-type-options": "nosniff",
});

const PLAN_PATH = /^\/api\/surfaces\/(\w+)\/plan$/;

/**
 * Answers a plan that is in memory directly from Node's request, at a third of the cost of the router.
 * Everything else is left to the router, also a plan that must be built first.
 */
export function createPlanAnswer(plans: Plans, addresses: Addresses) {
  const prepared = new WeakMap<BuiltPlan, { headers: Record<string, string>; body: Buffer }>();

  function prepare(key: string, built: BuiltPlan) {
    const known = prepared.get(built) ?? { headers: planHeaders(key, built.etag), body: unpooled(built.json) };
    prepared.set(built, known);
    return known;
  }

  return function answer(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== "GET") return false;
    const key = PLAN_PATH.exec(request.url ?? "")?.[1];
    if (!key || !isSurfaceKey(key) || addresses.destination(request.headers.host ?? "").kind !== "platform") return false;
    const built = plans.peek(key);
    if (!built) return false;
    const { headers, body } = prepare(key, built);
    const isSame = request.headers["if-none-match"]?.includes(built.etag) === true;
    response.writeHead(isSame ? 304 : 200, isSame ? headers : { ...headers, "content-length": body.length });
    response.end(isSame ? undefined : body);
    return true;
  };
}

/** Allocated outside Node's buffer pool: a slice that lives long would keep its whole slab of 8 KB alive. */
function unpooled(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}
