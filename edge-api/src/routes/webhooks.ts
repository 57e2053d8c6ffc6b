import { type Context, Hono } from "hono";
import type { createReceiver } from "../billing/webhook/receive.ts";
import { ApiError } from "../http/api-error.ts";
import { readBytes } from "../http/body.ts";
import { networkOf } from "../http/client-network.ts";
import { createRateLimit } from "../http/limits.ts";
import type { Origin } from "../management/audit.ts";

const BODY_BYTES = 1_048_576;
const PER_MINUTE = 6_000;

/** Where the billing provider tells what happened. It takes nothing but 200 for an answer: all else is told again. */
export function webhookRoutes({ receive, originOf }: { receive: ReturnType<typeof createReceiver>; originOf: (context: Context) => Origin }) {
  const perNetwork = createRateLimit(PER_MINUTE, 60);
  return new Hono().post("/api/webhooks/lemonsqueezy", async (context) => {
    const origin = originOf(context);
    await perNetwork(networkOf(origin.address));
    const type = (context.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
    if (type !== "application/json") throw new ApiError("unsupported_media_type", "Send application/json.");
    const raw = await readBytes(context.req.raw, BODY_BYTES);
    const outcome = await receive(raw, (name) => context.req.header(name), origin);
    return context.json({ outcome }, 200, { "cache-control": "no-store" });
  });
}
