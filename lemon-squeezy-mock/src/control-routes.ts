import { type Context, Hono } from "hono";
import { z } from "zod";
import type { ApiFault } from "./api-faults.ts";
import type { Control } from "./control.ts";
import type { Buyer } from "./purchase.ts";
import type { WebhookFault } from "./webhook-faults.ts";

const Times = { times: z.number().int().positive().optional() };
const isDone = z.boolean().optional();
const call = { ...Times, method: z.enum(["GET", "POST", "PATCH", "DELETE"]).optional(), path: z.string().optional() };
const status = z.number().int().min(200).max(599);
const ApiFaultSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("status"), status, retryAfter: z.union([z.number(), z.string()]).optional(), isDone, ...call }),
  z.object({ kind: z.literal("html"), status, isDone, ...call }),
  z.object({ kind: z.literal("empty"), ...call }),
  z.object({ kind: z.literal("slow"), ms: z.number().int().positive(), ...call }),
  z.object({ kind: z.literal("hangup"), isDone, ...call }),
]);
const event = { ...Times, events: z.array(z.string()).optional() };
const WebhookFaultSchema = z.union([
  z.object({ kind: z.enum(["drop", "hold", "repeat", "reverse", "forge", "together"]), ...event }),
  z.object({ kind: z.literal("delay"), ms: z.number().int().positive(), ...event }),
]);
const PaySchema = z.object({
  email: z.email().optional(),
  name: z.string().optional(),
  card: z.enum(["good", "fails_later", "declined", "paypal"]).optional(),
  taxRate: z.number().min(0).max(100).optional(),
});

async function buyerOf(context: Context): Promise<Partial<Buyer>> {
  const buyer = PaySchema.parse(await context.req.json().catch(() => ({})));
  return Object.fromEntries(Object.entries(buyer).filter(([, value]) => value !== undefined));
}

/** The control over HTTP, for other processes. All bodies and answers are JSON. */
export function controlRoutes(control: Control): Hono {
  return new Hono()
    .basePath("/control")
    .on("GET", ["/state", "/world"], (context) => context.json({ now: new Date(control.now()).toISOString(), ...control.state, linkSecret: undefined }))
    .get("/deliveries", (context) => context.json(control.state.deliveries))
    .post("/clock", async (context) => {
      const { advanceMs } = z.object({ advanceMs: z.number().int().positive() }).parse(await context.req.json());
      await control.advance(advanceMs);
      return context.json({ now: new Date(control.now()).toISOString() });
    })
    .post("/faults/api", async (context) => {
      control.failApi(ApiFaultSchema.parse(await context.req.json()) as ApiFault);
      return context.json({});
    })
    .post("/faults/webhooks", async (context) => {
      control.failWebhooks(WebhookFaultSchema.parse(await context.req.json()) as WebhookFault);
      return context.json({});
    })
    .delete("/faults", async (context) => {
      await control.heal();
      return context.json({});
    })
    .post("/deliveries/release", async (context) => {
      await control.release();
      return context.json({});
    })
    .post("/deliveries/:id/repeat", async (context) => {
      await control.repeat(Number(context.req.param("id")));
      return context.json({});
    })
    .post("/checkouts/:id/pay", async (context) => context.json(await control.pay(context.req.param("id"), await buyerOf(context))))
    .post("/checkouts/:id/pay-once", async (context) => context.json(await control.payOnce(context.req.param("id"), await buyerOf(context))))
    .post("/subscriptions/:id/card", async (context) => {
      const { card } = PaySchema.required({ card: true }).parse(await context.req.json());
      await control.useCard(Number(context.req.param("id")), card);
      return context.json({});
    })
    .onError((error, context) => context.json({ error: error.message }, 400));
}
