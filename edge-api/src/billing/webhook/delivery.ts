import { createHash } from "node:crypto";
import { z } from "zod";
import type { BillingMode } from "../provider.ts";

/** What a delivery is about, and no more: the rest is read by whoever works on it. */
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
export type ResourceKind = (typeof RESOURCE_KINDS)[keyof typeof RESOURCE_KINDS];

export interface Delivery {
  readonly event: string;
  /** `undefined` for a kind of resource that nobody here bills by. */
  readonly kind: ResourceKind | undefined;
  readonly id: string;
  readonly store: string | undefined;
  readonly mode: BillingMode;
  /** Of a checkout of ours. */
  readonly intentId: string | undefined;
  /** Of the event's name and what it says: two deliveries of one event have one, although their webhook ids and signed addresses differ. */
  readonly fingerprint: Buffer;
}

/** @throws ZodError, SyntaxError for what is no delivery */
export function readDelivery(raw: Buffer): Delivery {
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
    fingerprint: createHash("sha256").update(meta.event_name).update("\n").update(lasting(json.data)).digest(),
  };
}

/** Addresses, which are signed anew each time. */
const PASSING = new Set(["urls", "links", "relationships"]);

/** The JSON of what stays the same whenever it is told, with keys in one order. */
function lasting(data: unknown): string {
  if (data === null || typeof data !== "object") return JSON.stringify(data);
  if (Array.isArray(data)) return `[${data.map(lasting).join()}]`;
  const entries: string[] = [];
  for (const [key, value] of Object.entries(data).sort(([one], [other]) => (one < other ? -1 : 1)))
    if (!PASSING.has(key)) entries.push(`${JSON.stringify(key)}:${lasting(value)}`);
  return `{${entries.join()}}`;
}
