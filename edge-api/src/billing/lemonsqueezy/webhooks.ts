import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { ProviderWebhooks } from "../provider.ts";
import { parseInvoice, parseOrder, parseSubscription } from "./parse-resources.ts";

const HEX_SHA256 = /^[0-9a-f]{64}$/;

/** The fields that decide how a delivery is stored. The worker reads the rest. */
const DeliverySchema = z.object({
  meta: z.object({
    event_name: z.string().min(1).max(100),
    test_mode: z.boolean().optional(),
    custom_data: z.record(z.string(), z.unknown()).nullish(),
  }),
  data: z.object({
    type: z.string().min(1).max(100),
    id: z.union([z.string().min(1).max(100), z.number().int()]).transform(String),
    attributes: z.looseObject({ store_id: z.union([z.string(), z.number()]).transform(String).optional(), test_mode: z.boolean().optional() }),
  }),
});

const RESOURCE_KINDS = { subscriptions: "subscription", orders: "order", "subscription-invoices": "invoice" } as const;

/** Deliveries of Lemon Squeezy. They are signed with X-Signature: the hex HMAC-SHA256 of the body, in lower case. */
export const lemonSqueezyWebhooks: ProviderWebhooks = {
  storedHeaders: ["x-event-name", "content-type", "user-agent"],

  isSigned: (raw, header, secrets) => isSigned(raw, header("x-signature"), secrets),

  readDelivery(raw) {
    const json = JSON.parse(raw.toString("utf8")) as { data?: unknown };
    const { meta, data } = DeliverySchema.parse(json);
    const intent = meta.custom_data?.checkout_intent_id;
    return {
      event: meta.event_name,
      kind: RESOURCE_KINDS[data.type as keyof typeof RESOURCE_KINDS],
      id: data.id,
      store: data.attributes.store_id,
      mode: (data.attributes.test_mode ?? meta.test_mode) ? "test" : "live",
      intentId: typeof intent === "string" && /^ci_[\w-]{22}$/.test(intent) ? intent : undefined,
      fingerprint: createHash("sha256").update(meta.event_name).update("\n").update(stableJson(json.data)).digest(),
    };
  },

  readSnapshot(kind, raw) {
    const { data } = JSON.parse(raw.toString("utf8")) as { data: unknown };
    switch (kind) {
      case "subscription":
        return { kind, resource: parseSubscription(data) };
      case "order":
        return { kind, resource: parseOrder(data) };
      default:
        return { kind, resource: parseInvoice(data) };
    }
  },
};

/** A missing or malformed signature is never valid. The comparison takes the same time for every signature and secret. */
function isSigned(raw: Uint8Array, signature: string | undefined, secrets: readonly string[]): boolean {
  if (signature === undefined || !HEX_SHA256.test(signature)) return false;
  const given = Buffer.from(signature, "hex");
  let isValid = false;
  for (const secret of secrets) isValid = timingSafeEqual(given, createHmac("sha256", secret).update(raw).digest()) || isValid;
  return isValid;
}

/** Fields with signed URLs, which are different in each delivery of one event. */
const CHANGING_FIELDS = new Set(["urls", "links", "relationships"]);

/** The JSON of the fields that are the same in each delivery of one event, with sorted keys. */
function stableJson(data: unknown): string {
  if (data === null || typeof data !== "object") return JSON.stringify(data);
  if (Array.isArray(data)) return `[${data.map(stableJson).join()}]`;
  const entries: string[] = [];
  for (const [key, value] of Object.entries(data).sort(([one], [other]) => (one < other ? -1 : 1)))
    if (!CHANGING_FIELDS.has(key)) entries.push(`${JSON.stringify(key)}:${stableJson(value)}`);
  return `{${entries.join()}}`;
}
