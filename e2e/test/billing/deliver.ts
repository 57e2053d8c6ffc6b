import { sign } from "@dramac/lemon-squeezy-mock";
import { dialPort } from "../../src/index.ts";

/** Sends a delivery as the provider does; signed rightly unless said otherwise. */
export async function deliver(
  port: number,
  body: string | Buffer,
  { secret, signature, headers = {} }: { secret?: string; signature?: string | undefined; headers?: Record<string, string> },
): Promise<{ status: number; code?: string; outcome?: string; detail?: string }> {
  const signed = signature ?? (secret === undefined ? undefined : sign(body.toString(), secret));
  const answer = await dialPort(port, "/api/webhooks/lemonsqueezy", {
    method: "POST",
    headers: { "content-type": "application/json", "x-event-name": "any", ...(signed !== undefined && { "x-signature": signed }), ...headers },
    body,
  });
  return { status: answer.status, ...(answer.body.startsWith("{") ? JSON.parse(answer.body) : {}) };
}

const DAY = 86_400_000;

/** A subscription as a delivery tells of it. */
export const subscriptionEvent = (
  event: string,
  {
    id = "900",
    order = "901",
    store = 1,
    test = true,
    meta = {},
    ...attributes
  }: { id?: string; order?: string; store?: number; test?: boolean; meta?: object; [name: string]: unknown } = {},
): string =>
  JSON.stringify({
    meta: { event_name: event, test_mode: test, webhook_id: crypto.randomUUID(), ...meta },
    data: {
      type: "subscriptions",
      id,
      attributes: {
        store_id: store,
        customer_id: 7,
        order_id: Number(order),
        variant_id: 151,
        status: "active",
        pause: null,
        trial_ends_at: null,
        renews_at: new Date(Date.now() + 30 * DAY).toISOString(),
        ends_at: null,
        created_at: new Date(Date.now() - 60_000).toISOString(),
        updated_at: new Date(Date.now() - 60_000).toISOString(),
        test_mode: test,
        urls: { customer_portal: `https://example.com/${crypto.randomUUID()}` },
        ...attributes,
      },
    },
  });

/** An order as a delivery tells of it. */
export const orderEvent = (
  event: string,
  {
    id = "901",
    store = 1,
    test = true,
    intent,
    variant = 151,
    ...attributes
  }: { id?: string; store?: number; test?: boolean; intent?: string; variant?: number; [name: string]: unknown } = {},
): string =>
  JSON.stringify({
    meta: { event_name: event, test_mode: test, webhook_id: crypto.randomUUID(), ...(intent !== undefined && { custom_data: { checkout_intent_id: intent } }) },
    data: {
      type: "orders",
      id,
      attributes: {
        store_id: store,
        customer_id: 7,
        identifier: crypto.randomUUID(),
        order_number: Number(id),
        user_email: "buyer@example.com",
        currency: "USD",
        subtotal: 1_000,
        discount_total: 0,
        tax: 0,
        total: 1_000,
        status: "paid",
        refunded: false,
        refunded_at: null,
        refunded_amount: 0,
        first_order_item: { variant_id: variant },
        created_at: new Date(Date.now() - 60_000).toISOString(),
        updated_at: new Date(Date.now() - 60_000).toISOString(),
        test_mode: test,
        ...attributes,
      },
    },
  });
