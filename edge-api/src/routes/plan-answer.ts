import type { IncomingMessage, ServerResponse } from "node:http";
import { isSurfaceKey } from "@dramac/contracts";
import type { Addresses } from "../addresses.ts";
import type { BuiltPlan, Plans } from "../services/plans.ts";

/** Headers of a plan: the same for every visitor, held for a minute by browsers and for long by a CDN that is purged by key. */
export const planHeaders = (key: string, etag: string): Record<string, string> => ({
  "content-type": "application/json",
  etag,
  "cache-control": "public, max-age=60, stale-if-error=86400",
  "cdn-cache-control": "public, max-age=86400, stale-while-revalidate=60, stale-if-error=604800",
  "surrogate-key": key,
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "ETag",
  "cross-origin-resource-policy": "cross-origin",
  "x-content-type-options": "nosniff",
});

const PLAN_PATH = /^\/api\/surfaces\/(\w+)\/plan$/;

/**
 * Answers a plan that is in memory straight from Node's own request, which costs a third of the whole router.
 * Everything else, a plan that has to be built too, is left to it.
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

/** Bytes of their own: a slice of Node's pool that is kept for long keeps its whole slab of 8 KB. */
function unpooled(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}
